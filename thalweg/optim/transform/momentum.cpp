#include <cmath>

#include "thalweg/optim/transform/rows.hpp"

namespace thalweg {
namespace {

std::vector<Option> options() {
  return {learning_rate_option(0.1), beta_option("momentum", 0.9, "share of the last direction"),
          Option::real("dampening", 0, 0, 1, "share of the gradient that is left out")};
}

// The first step takes the whole gradient.
void scalars(const TransformStep& at, double* s) {
  s[0] = at.step == 1 ? 0 : at.options.real("momentum");
  s[1] = at.step == 1 ? 1 : 1 - at.options.real("dampening");
}

}  // namespace

TransformRow sgd_row() {
  return {.name = "sgd",
          .help = "the gradient itself",
          .formula = "u = g",
          .source = "Robbins, Monro 1951",
          .options = {learning_rate_option(0.1)}};
}

TransformRow momentum_row() {
  return {.name = "momentum",
          .help = "heavy-ball momentum, damped or not",
          .formula = "b+ = momentum b + (1 - dampening) g, b = g at first; u = b+",
          .source = "Polyak 1964; as PyTorch, the learning rate stands outside of b",
          .untouched = Untouched::lazy,
          .options = options(),
          .states = {{"b"}},
          .body = TransformBody::HeavyBall,
          .scalars = scalars};
}

TransformRow nesterov_momentum_row() {
  return {.name = "nesterov_momentum",
          .help = "Nesterov's momentum, one step ahead",
          .formula = "b+ = momentum b + (1 - dampening) g, b = g at first; u = g + momentum b+",
          .source = "Nesterov 1983; Sutskever et al. 2013; as PyTorch",
          .untouched = Untouched::lazy,
          .options = options(),
          .states = {{"b"}},
          .body = TransformBody::NesterovMomentum,
          .scalars = [](const TransformStep& at, double* s) {
            scalars(at, s);
            s[2] = at.options.real("momentum");
          }};
}

}  // namespace thalweg
