#include <cmath>

#include "thalweg/optim/schedule/schedule.hpp"

namespace thalweg {

ScheduleRow warmup_stable_decay_row() {
  return {.name = "warmup_stable_decay",
          .help = "rises, stays, and falls at the end",
          .formula =
              "f = start + (1 - start) t / warmup, 1, then 1 + (end - 1) p or 1 + (end - 1) "
              "sqrt(p) over the last `decay` steps, p their share that is gone",
          .source = "Hu et al. 2024; the root: Hagele et al. 2024",
          .options = {steps_option("steps", "steps to the end"), warmup_option(),
                      Option::integer("decay", 100, 1, 1000000000, "steps of the fall at the end"),
                      share_option("start", 0, "factor at the first step of the warm-up"),
                      share_option("end", 0, "last factor"),
                      Option::choice("along", "line", {"line", "root"}, "the way down")},
          .factor = [](const ScheduleStep& at) {
            const double steps = static_cast<double>(at.options.integer("steps"));
            const double decay = static_cast<double>(at.options.integer("decay"));
            const double gone = progress(at.step, steps - decay, steps);
            const double fall = at.options.text("along") == "root" ? std::sqrt(gone) : gone;
            return warmed(at.step, static_cast<double>(at.options.integer("warmup")),
                          at.options.real("start")) *
                   (1 + (at.options.real("end") - 1) * fall);
          }};
}

}  // namespace thalweg
