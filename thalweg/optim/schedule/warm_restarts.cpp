#include <cmath>
#include <numbers>

#include "thalweg/optim/schedule/schedule.hpp"

namespace thalweg {

ScheduleRow warm_restarts_row() {
  return {
      .name = "warm_restarts",
      .help = "falls along half a cosine again and again, each time slower",
      .formula = "f = end + (1 - end)(1 + cos(pi t_i / T_i)) / 2, T_0 = first, T_i+1 = growth T_i",
      .source = "Loshchilov, Hutter 2017; PyTorch CosineAnnealingWarmRestarts",
      .options = {steps_option("first", "steps to the first restart"),
                  Option::integer("growth", 1, 1, 1000, "factor from a period to the next"),
                  share_option("end", 0, "last factor of a period")},
      .factor = [](const ScheduleStep& at) {
        double period = static_cast<double>(at.options.integer("first")), step = at.step;
        const double growth = static_cast<double>(at.options.integer("growth"));
        const double end = at.options.real("end");
        if (growth == 1) step = std::fmod(step, period);
        while (step >= period) step -= period, period *= growth;
        return end + (1 - end) * (1 + std::cos(std::numbers::pi * step / period)) / 2;
      }};
}

}  // namespace thalweg
