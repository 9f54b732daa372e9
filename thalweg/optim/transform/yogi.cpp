#include <cmath>

#include "thalweg/optim/transform/rows.hpp"

namespace thalweg {
namespace {

double initial(const Settings& options) { return options.real("initial"); }

}  // namespace

TransformRow yogi_row() {
  return {
      .name = "yogi",
      .help = "Adam whose mean square moves by at most the new square",
      .formula =
          "m+ = beta1 m + (1 - beta1) g; v+ = v - (1 - beta2) sign(v - g^2) g^2; u = m^ / "
          "(sqrt(v^) + epsilon)",
      .source = "Zaheer et al. 2018; bias correction and both moments' start as optax",
      .untouched = Untouched::lazy,
      .options = {learning_rate_option(1e-2), beta_option("beta1", 0.9, "share of the old mean"),
                  beta_option("beta2", 0.999, "share of the old squares"), epsilon_option(1e-3),
                  Option::real("initial", 1e-6, 0, 1e3, "of both moments")},
      .states = {{.name = "m", .start = initial}, {.name = "v", .start = initial}},
      .body = TransformBody::Yogi,
      .scalars = [](const TransformStep& at, double* s) {
        const double beta1 = at.options.real("beta1"), beta2 = at.options.real("beta2");
        s[0] = beta1, s[1] = 1 - beta1, s[2] = 1 - beta2;
        s[3] = 1 / bias(beta1, at.step);
        s[4] = 1 / std::sqrt(bias(beta2, at.step));
        s[5] = at.options.real("epsilon");
      }};
}

}  // namespace thalweg
