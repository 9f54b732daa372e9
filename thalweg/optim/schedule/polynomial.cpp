#include <cmath>

#include "thalweg/optim/schedule/schedule.hpp"

namespace thalweg {

ScheduleRow polynomial_row() {
  return {.name = "polynomial",
          .help = "falls as a power of the steps that are left",
          .formula = "f = end + (1 - end)(1 - min(t, steps) / steps)^power",
          .source = "optax polynomial_schedule; PyTorch PolynomialLR with end 0",
          .options = {steps_option("steps", "steps to the end"),
                      Option::real("power", 1, 0, 100, "of the share that is left"),
                      share_option("end", 0, "last factor")},
          .factor = [](const ScheduleStep& at) {
            const double gone =
                progress(at.step, 0, static_cast<double>(at.options.integer("steps")));
            const double end = at.options.real("end");
            return end + (1 - end) * std::pow(1 - gone, at.options.real("power"));
          }};
}

}  // namespace thalweg
