#include "thalweg/optim/transform/rows.hpp"

namespace thalweg {

TransformRow lamb_row() {
  return {
      .name = "lamb",
      .help = "AdamW with a step in proportion to each tensor's norm",
      .formula = "d = m^ / (sqrt(v^) + epsilon) + weight_decay x; u = d |x| / |d|",
      .source = "You et al. 2020, algorithm 2, without bounds on |x|; as optax",
      .untouched = Untouched::dense,
      .options = {learning_rate_option(1e-3), beta_option("beta1", 0.9, "share of the old mean"),
                  beta_option("beta2", 0.999, "share of the old squares"), epsilon_option(1e-6),
                  weight_decay_option(0.01), mask_option()},
      .states = {{"m"}, {"v"}},
      .body = TransformBody::Lamb,
      .per_tensor = true,
      .scalars =
          [](const TransformStep& at, double* s) {
            adam_scalars(at, s);
            s[7] = at.options.real("weight_decay") * at.decay_factor;
          },
      .measured = [](const TransformStep& at,
                     double* s) { s[8] = trust_ratio(at.sums[0], at.sums[1]); }};
}

}  // namespace thalweg
