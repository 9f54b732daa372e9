#include "thalweg/optim/transform/rows.hpp"

namespace thalweg {

TransformRow weight_decay_row() {
  return {.name = "weight_decay",
          .help = "pulls toward 0: coupled (l2) before a transform, decoupled behind it",
          .formula = "u+ = u + rate x",
          .source = "Loshchilov, Hutter 2019; as PyTorch, times the learning rate",
          .untouched = Untouched::dense,
          .options = {Option::real("rate", 0.01, 0, 1e6, "decay, times the learning rate a step"),
                      mask_option()},
          .body = TransformBody::WeightDecay,
          .per_tensor = true,
          .scalars = [](const TransformStep& at, double* s) {
            s[0] = at.options.real("rate") * at.decay_factor;
          }};
}

}  // namespace thalweg
