#include "thalweg/optim/transform/rows.hpp"

namespace thalweg {

TransformRow adadelta_row() {
  return {.name = "adadelta",
          .help = "steps in the units of earlier steps",
          .formula =
              "v+ = rho v + (1 - rho) g^2; u = sqrt((a + epsilon) / (v+ + epsilon)) g; a+ = "
              "rho a + (1 - rho) u^2",
          .source = "Zeiler 2012; as PyTorch",
          .untouched = Untouched::lazy,
          .options = {learning_rate_option(1), beta_option("rho", 0.9, "share of the old squares"),
                      epsilon_option(1e-6)},
          .states = {{"v"}, {"a"}},
          .body = TransformBody::Adadelta,
          .scalars = [](const TransformStep& at, double* s) {
            s[0] = at.options.real("rho");
            s[1] = 1 - s[0];
            s[2] = at.options.real("epsilon");
          }};
}

}  // namespace thalweg
