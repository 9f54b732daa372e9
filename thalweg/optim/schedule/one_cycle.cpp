#include <cmath>
#include <numbers>

#include "thalweg/optim/schedule/schedule.hpp"

namespace thalweg {

ScheduleRow one_cycle_row() {
  return {.name = "one_cycle",
          .help = "rises once to the base rate and falls far below where it began",
          .formula =
              "f from 1 / divisor to 1 over `rise` of the steps, then to 1 / (divisor "
              "last_divisor) at the last, along cosines or lines",
          .source = "Smith, Topin 2018; PyTorch OneCycleLR without its momentum",
          .options = {steps_option("steps", "steps to the end"),
                      share_option("rise", 0.3, "share of the steps that rise"),
                      Option::real("divisor", 25, 1, 1e12, "of the first rate"),
                      Option::real("last_divisor", 1e4, 1, 1e12, "of the last rate, again"),
                      Option::choice("along", "cosine", {"cosine", "line"}, "the way between")},
          .factor = [](const ScheduleStep& at) {
            const double steps = static_cast<double>(at.options.integer("steps"));
            const double first = 1 / at.options.real("divisor");
            const double last = first / at.options.real("last_divisor");
            const double peak = at.options.real("rise") * steps - 1;
            const bool rising = at.step <= peak;
            const double from = rising ? first : 1, to = rising ? 1 : last;
            const double p =
                rising ? progress(at.step, 0, peak) : progress(at.step, peak, steps - 1);
            if (at.options.text("along") == "line") return from + (to - from) * p;
            return to + (from - to) * (1 + std::cos(std::numbers::pi * p)) / 2;
          }};
}

}  // namespace thalweg
