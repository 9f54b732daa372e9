#include <cmath>

#include "thalweg/optim/schedule/schedule.hpp"

namespace thalweg {

ScheduleRow cyclical_row() {
  return {.name = "cyclical",
          .help = "rises and falls in triangles",
          .formula =
              "f = low + (1 - low) r scale, r the height of the triangle; scale 1, 2^-cycle or "
              "gamma^t",
          .source = "Smith 2017; PyTorch CyclicLR without its momentum",
          .options = {steps_option("up", "steps of the rise"),
                      steps_option("down", "steps of the fall"),
                      share_option("low", 0.1, "least factor"),
                      Option::choice("scale", "none", {"none", "half", "gamma"},
                                     "of the triangles: as they are, halved each time, gamma^t"),
                      share_option("gamma", 0.999, "for scale=gamma")},
          .factor = [](const ScheduleStep& at) {
            const double up = static_cast<double>(at.options.integer("up"));
            const double down = static_cast<double>(at.options.integer("down"));
            const double low = at.options.real("low");
            const double cycle = std::floor(at.step / (up + down));
            const double in = at.step - cycle * (up + down);
            const double height = in <= up ? in / up : 1 - (in - up) / down;
            const std::string& scale = at.options.text("scale");
            const double factor = scale == "half"    ? std::pow(0.5, cycle)
                                  : scale == "gamma" ? std::pow(at.options.real("gamma"), at.step)
                                                     : 1;
            return low + (1 - low) * height * factor;
          }};
}

}  // namespace thalweg
