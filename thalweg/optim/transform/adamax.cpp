#include "thalweg/optim/transform/rows.hpp"

namespace thalweg {

TransformRow adamax_row() {
  return {
      .name = "adamax",
      .help = "Adam with the largest gradient in the place of the mean square",
      .formula =
          "m+ = beta1 m + (1 - beta1) g; w+ = max(beta2 w, |g| + epsilon); u = m+ / ((1 - "
          "beta1^t) w+)",
      .source = "Kingma, Ba 2015, algorithm 2; epsilon as PyTorch, which the paper lacks",
      .untouched = Untouched::lazy,
      .options = {learning_rate_option(2e-3), beta_option("beta1", 0.9, "share of the old mean"),
                  beta_option("beta2", 0.999, "decay of the largest gradient"),
                  epsilon_option(1e-8)},
      .states = {{"m"}, {"w"}},
      .body = TransformBody::Adamax,
      .scalars = [](const TransformStep& at, double* s) {
        const double beta1 = at.options.real("beta1");
        s[0] = beta1, s[1] = 1 - beta1;
        s[2] = at.options.real("beta2");
        s[3] = 1 / bias(beta1, at.step);
        s[4] = at.options.real("epsilon");
      }};
}

}  // namespace thalweg
