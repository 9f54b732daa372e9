#include "thalweg/optim/schedule/schedule.hpp"

namespace thalweg {

ScheduleRow linear_row() {
  return {.name = "linear",
          .help = "falls in proportion to the steps, after a warm-up if one is asked for",
          .formula = "f = start + (1 - start) t / warmup, then from 1 to end at `steps`",
          .source = "optax linear_schedule, joined",
          .options = {steps_option("steps", "steps to the end, with the warm-up"), warmup_option(),
                      share_option("start", 0, "factor at the first step of the warm-up"),
                      share_option("end", 0, "last factor")},
          .factor = [](const ScheduleStep& at) {
            const double warmup = static_cast<double>(at.options.integer("warmup"));
            const double steps = static_cast<double>(at.options.integer("steps"));
            if (at.step < warmup) return warmed(at.step, warmup, at.options.real("start"));
            return 1 - (1 - at.options.real("end")) * progress(at.step, warmup, steps);
          }};
}

}  // namespace thalweg
