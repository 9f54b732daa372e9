#include <cmath>

#include "thalweg/optim/transform/rows.hpp"

namespace thalweg {
namespace {

std::vector<Option> options(const char* help) { return {Option::real("bound", 1, 0, 1e300, help)}; }

// A norm that is not a number leaves the direction as it is: not a number either.
void measured(const TransformStep& at, double* s) {
  const double norm = std::sqrt(at.sums[0]), bound = at.options.real("bound");
  s[0] = norm > bound ? bound / norm : 1;
}

}  // namespace

TransformRow clip_value_row() {
  return {.name = "clip_value",
          .help = "no number of the direction beyond the bound",
          .formula = "u+ = min(max(u, -bound), bound)",
          .source = "as PyTorch",
          .options = options("largest absolute value"),
          .body = TransformBody::ClipValue,
          .scalars = [](const TransformStep& at, double* s) { s[0] = at.options.real("bound"); }};
}

TransformRow clip_norm_row() {
  return {.name = "clip_norm",
          .help = "no tensor's direction longer than the bound",
          .formula = "u+ = u min(1, bound / |u|) of each tensor",
          .source = "as optax; PyTorch adds 1e-6 to the norm",
          .options = options("largest norm of a tensor"),
          .body = TransformBody::ClipNorm,
          .per_tensor = true,
          .measured = measured};
}

TransformRow clip_global_norm_row() {
  return {.name = "clip_global_norm",
          .help = "no direction longer than the bound",
          .formula = "u+ = u min(1, bound / |u|)",
          .source = "Pascanu, Mikolov, Bengio 2013; as optax; PyTorch adds 1e-6 to the norm",
          .options = options("largest norm of all tensors together"),
          .body = TransformBody::ClipNorm,
          .measured = measured};
}

}  // namespace thalweg
