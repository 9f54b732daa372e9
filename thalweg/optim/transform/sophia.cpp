#include "thalweg/optim/transform/rows.hpp"

namespace thalweg {

TransformRow sophia_row() {
  return {
      .name = "sophia",
      .help = "clipped Newton steps with an estimate of the Hessian's diagonal",
      .formula =
          "m+ = beta1 m + (1 - beta1) g; u = clip(m+ / max(gamma h, epsilon), 1); every k "
          "steps h+ = beta2 h + (1 - beta2) z * (H z), z of random signs",
      .source =
          "Liu et al. 2024, algorithm 3 with Hutchinson's estimate, whose z is normal there; "
          "optax also corrects the bias of m",
      .untouched = Untouched::dense,
      .options = {learning_rate_option(1e-3), beta_option("beta1", 0.965, "share of the old mean"),
                  beta_option("beta2", 0.99, "share of the old diagonal"),
                  Option::real("gamma", 0.01, 0, 1e6, "factor of the diagonal"),
                  epsilon_option(1e-12),
                  Option::integer("every", 10, 1, 1000000, "steps between two estimates")},
      .states = {{"m"}, {"h"}},
      .body = TransformBody::Sophia,
      .scalars =
          [](const TransformStep& at, double* s) {
            s[0] = at.options.real("beta1"), s[1] = 1 - s[0];
            s[2] = at.options.real("gamma");
            s[3] = at.options.real("epsilon");
            s[4] = 1;
          },
      .diagonal = 1};
}

}  // namespace thalweg
