#include "thalweg/optim/transform/rows.hpp"

namespace thalweg {

TransformRow adagrad_row() {
  return {
      .name = "adagrad",
      .help = "the gradient over the root of the sum of its squares",
      .formula = "s+ = s + g^2; u = g / ((1 + (t - 1) learning_rate_decay) (sqrt(s+) + epsilon))",
      .source = "Duchi, Hazan, Singer 2011; as PyTorch",
      .untouched = Untouched::exact,
      .options = {learning_rate_option(0.01),
                  Option::real("learning_rate_decay", 0, 0, 1e6, "of the learning rate, a step"),
                  Option::real("initial_sum", 0, 0, 1e6, "of the squares"), epsilon_option(1e-10)},
      .states = {{.name = "sum", .start = [](const Settings& o) { return o.real("initial_sum"); }}},
      .body = TransformBody::Adagrad,
      .scalars = [](const TransformStep& at, double* s) {
        s[0] = 1 / (1 + static_cast<double>(at.step - 1) * at.options.real("learning_rate_decay"));
        s[1] = at.options.real("epsilon");
      }};
}

}  // namespace thalweg
