#include "thalweg/optim/transform/rows.hpp"

namespace thalweg {
namespace {

std::vector<Option> options() {
  return {learning_rate_option(0.01), beta_option("alpha", 0.99, "share of the old squares"),
          epsilon_option(1e-8)};
}

void scalars(const TransformStep& at, double* s) {
  s[0] = at.options.real("alpha");
  s[1] = 1 - s[0];
  s[2] = at.options.real("epsilon");
}

}  // namespace

TransformRow rmsprop_row() {
  return {.name = "rmsprop",
          .help = "the gradient over the root of its mean square; + momentum as PyTorch's option",
          .formula = "v+ = alpha v + (1 - alpha) g^2; u = g / (sqrt(v+) + epsilon)",
          .source = "Tieleman, Hinton 2012; as PyTorch",
          .untouched = Untouched::lazy,
          .options = options(),
          .states = {{"v"}},
          .body = TransformBody::RmsProp,
          .scalars = scalars};
}

TransformRow centered_rmsprop_row() {
  return {.name = "centered_rmsprop",
          .help = "the gradient over its standard deviation",
          .formula =
              "v+ = alpha v + (1 - alpha) g^2; m+ = alpha m + (1 - alpha) g; u = g / "
              "(sqrt(max(v+ - m+^2, 0)) + epsilon)",
          .source = "Graves 2013; as PyTorch, but a variance that rounding made negative is 0",
          .untouched = Untouched::lazy,
          .options = options(),
          .states = {{"v"}, {"m"}},
          .body = TransformBody::CenteredRmsProp,
          .scalars = scalars};
}

}  // namespace thalweg
