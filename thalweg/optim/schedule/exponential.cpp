#include <cmath>

#include "thalweg/optim/schedule/schedule.hpp"

namespace thalweg {

ScheduleRow exponential_row() {
  return {
      .name = "exponential",
      .help = "falls, or rises, by a factor every step",
      .formula = "f = gamma^t",
      .source = "PyTorch ExponentialLR",
      .options = {Option::real("gamma", 0.999, 0, 1e3, "factor of each step; above 1 it rises")},
      .factor = [](const ScheduleStep& at) { return std::pow(at.options.real("gamma"), at.step); }};
}

}  // namespace thalweg
