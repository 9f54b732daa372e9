#include <cmath>

#include "thalweg/optim/schedule/schedule.hpp"

namespace thalweg {

ScheduleRow step_row() {
  return {.name = "step",
          .help = "falls by a factor every so many steps",
          .formula = "f = gamma^floor(t / every)",
          .source = "PyTorch StepLR",
          .options = {steps_option("every", "steps between two falls"),
                      share_option("gamma", 0.1, "factor of each fall")},
          .factor = [](const ScheduleStep& at) {
            const double every = static_cast<double>(at.options.integer("every"));
            return std::pow(at.options.real("gamma"), std::floor(at.step / every));
          }};
}

}  // namespace thalweg
