#include <cmath>

#include "thalweg/optim/transform/rows.hpp"

namespace thalweg {

TransformRow adabelief_row() {
  return {
      .name = "adabelief",
      .help = "Adam with the variance of the gradients around their mean",
      .formula =
          "m+ = beta1 m + (1 - beta1) g; v+ = beta2 v + (1 - beta2) (g - m+)^2 + "
          "inner_epsilon; u = m^ / (sqrt(v^) + epsilon)",
      .source = "Zhuang et al. 2020; as optax",
      .untouched = Untouched::lazy,
      .options = {learning_rate_option(1e-3), beta_option("beta1", 0.9, "share of the old mean"),
                  beta_option("beta2", 0.999, "share of the old squares"), epsilon_option(1e-16),
                  Option::real("inner_epsilon", 1e-16, 0, 1e3, "added to v each step")},
      .states = {{"m"}, {"v"}},
      .body = TransformBody::AdaBelief,
      .scalars = [](const TransformStep& at, double* s) {
        const double beta1 = at.options.real("beta1"), beta2 = at.options.real("beta2");
        s[0] = beta1, s[1] = 1 - beta1;
        s[2] = beta2, s[3] = 1 - beta2;
        s[4] = at.options.real("inner_epsilon");
        s[5] = 1 / bias(beta1, at.step);
        s[6] = 1 / std::sqrt(bias(beta2, at.step));
        s[7] = at.options.real("epsilon");
      }};
}

}  // namespace thalweg
