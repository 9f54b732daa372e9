#include <algorithm>
#include <limits>

#include "thalweg/optim/schedule/schedule.hpp"

namespace thalweg {
namespace {

enum Memory { factor, best, bad, waiting };

}  // namespace

ScheduleRow plateau_row() {
  return {
      .name = "plateau",
      .help = "falls by a factor when the value has not fallen for a while",
      .formula =
          "f+ = max(gamma f, least) after `patience` values in a row that are not below "
          "best (1 - threshold), counted again after `cooldown` values",
      .source = "PyTorch ReduceLROnPlateau, mode min",
      .options = {Option::integer("patience", 10, 0, 1000000000, "values without a new best"),
                  share_option("gamma", 0.1, "factor of each fall"),
                  share_option("threshold", 1e-4, "relative fall that counts"),
                  Option::integer("cooldown", 0, 0, 1000000000, "values not counted after a fall"),
                  share_option("least", 0, "least factor")},
      .factor = [](const ScheduleStep& at) { return at.memory[factor]; },
      .memory =
          [](const Settings&) {
            return std::vector<double>{1, std::numeric_limits<double>::infinity(), 0, 0};
          },
      .observe =
          [](const Settings& o, double value, std::span<double> m) {
            // Of a value below 0 the threshold still asks for a fall. NaN is never a best.
            if (value < m[best] - o.real("threshold") * (m[best] < 0 ? -m[best] : m[best]) ||
                (m[best] == std::numeric_limits<double>::infinity() && value < m[best])) {
              m[best] = value;
              m[bad] = 0;
            } else {
              m[bad] += 1;
            }
            if (m[waiting] > 0) m[waiting] -= 1, m[bad] = 0;
            if (m[bad] <= static_cast<double>(o.integer("patience"))) return;
            m[factor] = std::max(o.real("gamma") * m[factor], o.real("least"));
            m[waiting] = static_cast<double>(o.integer("cooldown"));
            m[bad] = 0;
          }};
}

}  // namespace thalweg
