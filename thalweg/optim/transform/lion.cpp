#include "thalweg/optim/transform/rows.hpp"

namespace thalweg {

TransformRow lion_row() {
  return {.name = "lion",
          .help = "the sign of a momentum; add weight_decay",
          .formula = "u = sign(beta1 m + (1 - beta1) g); m+ = beta2 m + (1 - beta2) g",
          .source = "Chen et al. 2023, algorithm 2",
          .untouched = Untouched::dense,
          .options = {learning_rate_option(1e-4),
                      beta_option("beta1", 0.9, "share of the old mean in the step"),
                      beta_option("beta2", 0.99, "share of the old mean that is kept")},
          .states = {{"m"}},
          .body = TransformBody::Lion,
          .scalars = [](const TransformStep& at, double* s) {
            s[0] = at.options.real("beta1"), s[1] = 1 - s[0];
            s[2] = at.options.real("beta2"), s[3] = 1 - s[2];
          }};
}

}  // namespace thalweg
