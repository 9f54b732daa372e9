#include "thalweg/optim/transform/rows.hpp"

namespace thalweg {

TransformRow ema_row() {
  return {.name = "ema",
          .help = "reports the exponential average of the points",
          .formula = "a+ = decay a + (1 - decay) x; reported a / (1 - decay^t)",
          .source = "Polyak, Juditsky 1992; bias corrected as optax",
          .untouched = Untouched::dense,
          .options = {beta_option("decay", 0.999, "share of the old average")},
          .place = TransformPlace::point,
          .states = {{"a"}},
          .body = TransformBody::Ema,
          .scalars = [](const TransformStep& at, double* s) {
            s[0] = at.options.real("decay"), s[1] = 1 - s[0];
            s[2] = 1 / bias(s[0], at.step);
          }};
}

TransformRow swa_row() {
  return {
      .name = "swa",
      .help = "reports the plain average of the points from a step on",
      .formula = "a+ = a + (x - a) / (n + 1), n points so far; a = x before the first",
      .source = "Izmailov et al. 2018; as PyTorch",
      .untouched = Untouched::dense,
      .options = {Option::integer("start", 1, 1, 1000000000, "first step whose point counts"),
                  Option::integer("every", 1, 1, 1000000000, "steps between two that count")},
      .place = TransformPlace::point,
      .states = {{.name = "a", .from_point = true}},
      .memory = [](const Settings&) { return std::vector<double>{0}; },  // n
      .body = TransformBody::Swa,
      .scalars =
          [](const TransformStep& at, double* s) {
            const long long past = at.step - at.options.integer("start");
            s[0] = past < 0 ? 1 : past % at.options.integer("every") == 0 ? 1 / at.memory[0] : 0;
          },
      .remember =
          [](const TransformStep& at) {
            const long long past = at.step - at.options.integer("start");
            if (past >= 0 && past % at.options.integer("every") == 0) at.memory[0] += 1;
          }};
}

}  // namespace thalweg
