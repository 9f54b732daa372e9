#include <cmath>

#include "thalweg/optim/schedule/schedule.hpp"

namespace thalweg {

ScheduleRow exponential_row() {
  return {
      .name = "exponential",
      .help = "falls by a factor every step",
      .formula = "f = gamma^t",
      .source = "PyTorch ExponentialLR",
      .options = {share_option("gamma", 0.999, "factor of each step")},
      .factor = [](const ScheduleStep& at) { return std::pow(at.options.real("gamma"), at.step); }};
}

}  // namespace thalweg
