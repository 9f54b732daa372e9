#include "thalweg/optim/transform/rows.hpp"

namespace thalweg {

TransformRow sam_row() {
  return {.name = "sam",
          .help = "takes the gradient of the steepest neighbor: two gradients a step",
          .formula = "u = grad P(x + radius g / |g|), g = grad P(x), of the same batch",
          .source = "Foret et al. 2021, algorithm 1 with p = 2; batch normalization learns from x",
          .untouched = Untouched::dense,
          .options = {Option::real("radius", 0.05, 0, 1e6, "distance of the neighbor")},
          .ascends = true};
}

}  // namespace thalweg
