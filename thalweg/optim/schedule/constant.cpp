#include "thalweg/optim/schedule/schedule.hpp"

namespace thalweg {

ScheduleRow constant_row() {
  return {.name = "constant",
          .help = "the base rate, after a warm-up if one is asked for",
          .formula = "f = min(1, start + (1 - start) t / warmup)",
          .source = "as optax",
          .options = {warmup_option(), share_option("start", 0, "factor at the first step")},
          .factor = [](const ScheduleStep& at) {
            return warmed(at.step, static_cast<double>(at.options.integer("warmup")),
                          at.options.real("start"));
          }};
}

}  // namespace thalweg
