#include <cmath>

#include "thalweg/base/error.hpp"
#include "thalweg/optim/schedule/schedule.hpp"

namespace thalweg {

ScheduleRow multi_step_row() {
  return {.name = "multi_step",
          .help = "falls by a factor at the steps that are named",
          .formula = "f = gamma^(milestones <= t)",
          .source = "PyTorch MultiStepLR",
          .options = {Option::text("milestones", "", "steps, with a slash between: 30/60/90"),
                      share_option("gamma", 0.1, "factor of each fall")},
          .factor = [](const ScheduleStep& at) {
            double passed = 0;
            for (std::string_view word : split(at.options.text("milestones"), '/')) {
              long long step = 0;
              if (!parse_integer(word, step))
                fail("schedule multi_step: milestones: \"{}\" is not a step; write 30/60/90", word);
              if (static_cast<double>(step) <= at.step) ++passed;
            }
            return std::pow(at.options.real("gamma"), passed);
          }};
}

}  // namespace thalweg
