#include <cmath>

#include "thalweg/optim/transform/rows.hpp"

namespace thalweg {

TransformRow lars_row() {
  return {
      .name = "lars",
      .help = "momentum with a step in proportion to each tensor's norm",
      .formula =
          "r = trust |x| / (|g + weight_decay x| + epsilon); b+ = momentum b + "
          "learning_rate r (g + weight_decay x); x+ = x - b+",
      .source =
          "You, Gitman, Ginsburg 2017, whose denominator is |g| + weight_decay |x|: here "
          "as optax",
      .untouched = Untouched::dense,
      .options = {learning_rate_option(1), beta_option("momentum", 0.9, "share of the last step"),
                  weight_decay_option(1e-4), mask_option(),
                  Option::real("trust", 1e-3, 0, 1e3, "share of the tensor's norm"),
                  epsilon_option(0)},
      .place = TransformPlace::step,
      .states = {{"b"}},
      .body = TransformBody::Lars,
      .per_tensor = true,
      .scalars =
          [](const TransformStep& at, double* s) {
            s[0] = at.options.real("momentum");
            s[2] = at.options.real("weight_decay") * at.decay_factor;
          },
      .measured =
          [](const TransformStep& at, double* s) {
            const double length = std::sqrt(at.sums[0]), size = std::sqrt(at.sums[1]);
            const double ratio =
                length == 0 || size == 0
                    ? 1
                    : at.options.real("trust") * size / (length + at.options.real("epsilon"));
            s[1] = at.learning_rate * ratio;
          }};
}

}  // namespace thalweg
