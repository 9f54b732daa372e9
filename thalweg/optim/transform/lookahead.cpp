#include "thalweg/optim/transform/rows.hpp"

namespace thalweg {

TransformRow lookahead_row() {
  return {.name = "lookahead",
          .help = "a slow point that follows the fast one every few steps, and is reported",
          .formula = "every k steps: a+ = a + share (x - a); x+ = a+",
          .source = "Zhang et al. 2019, algorithm 1",
          .untouched = Untouched::dense,
          .options = {Option::integer("every", 5, 1, 1000000, "steps of the fast point"),
                      Option::real("share", 0.5, 0, 1, "of the way that the slow point goes")},
          .place = TransformPlace::point,
          .states = {{.name = "a", .from_point = true}},
          .body = TransformBody::Lookahead,
          .scalars = [](const TransformStep& at, double* s) {
            const bool now = at.step % at.options.integer("every") == 0;
            s[0] = now ? at.options.real("share") : 0;
            s[1] = now ? 1 : 0;
          }};
}

}  // namespace thalweg
