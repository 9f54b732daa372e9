#include <algorithm>
#include <cmath>

#include "thalweg/optim/schedule/schedule.hpp"

namespace thalweg {

ScheduleRow inverse_sqrt_row() {
  return {.name = "inverse_sqrt",
          .help = "rises for the warm-up, then falls as one over the root of the step",
          .formula = "f = min((t + 1) / warmup, sqrt(warmup / (t + 1)))",
          .source = "Vaswani et al. 2017, section 5.3, over its largest value",
          .options = {steps_option("warmup", "steps of the rise")},
          .factor = [](const ScheduleStep& at) {
            const double share = (at.step + 1) / static_cast<double>(at.options.integer("warmup"));
            return std::min(share, 1 / std::sqrt(share));
          }};
}

}  // namespace thalweg
