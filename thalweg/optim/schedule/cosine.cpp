#include <cmath>
#include <numbers>

#include "thalweg/optim/schedule/schedule.hpp"

namespace thalweg {

ScheduleRow cosine_row() {
  return {.name = "cosine",
          .help = "falls along half a cosine, after a warm-up if one is asked for",
          .formula =
              "f = start + (1 - start) t / warmup, then end + (1 - end)(1 + cos(pi p)) / 2, p "
              "the share of the rest of `steps` that is gone",
          .source = "Loshchilov, Hutter 2017; optax warmup_cosine_decay_schedule",
          .options = {steps_option("steps", "steps to the end, with the warm-up"), warmup_option(),
                      share_option("start", 0, "factor at the first step of the warm-up"),
                      share_option("end", 0, "last factor")},
          .factor = [](const ScheduleStep& at) {
            const double warmup = static_cast<double>(at.options.integer("warmup"));
            const double steps = static_cast<double>(at.options.integer("steps"));
            if (at.step < warmup) return warmed(at.step, warmup, at.options.real("start"));
            const double gone = progress(at.step, warmup, steps), end = at.options.real("end");
            return end + (1 - end) * (1 + std::cos(std::numbers::pi * gone)) / 2;
          }};
}

}  // namespace thalweg
