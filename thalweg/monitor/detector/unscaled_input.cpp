#include <fmt/format.h>

#include "thalweg/base/text.hpp"
#include "thalweg/monitor/detector/detector.hpp"

namespace thalweg {
namespace {

// Standardized features have 1, and one far out among a batch of 128 brings a column to 10 at most
// where there are fewer than 13,000 rows; pixels as they are have about 100.
constexpr double widest = 30;

std::optional<Finding> detect(const Watched& run) {
  if (run.inspections.empty()) return {};
  const Inspection& look = run.inspections.front();
  if (!(look.widest > widest)) return {};
  const std::string which = look.widest_feature < run.features.size()
                                ? run.features[look.widest_feature]
                                : fmt::format("input {}", look.widest_feature + 1);
  return Finding{
      "",
      Severity::warning,
      which,
      fmt::format("its root mean square is {}, the median of the inputs' is {}; weights start as "
                  "for 1",
                  brief(look.widest, 3), brief(look.typical, 3)),
      {{"widest", look.widest}, {"median", look.typical}},
      fmt::format("leave out --no-scale, or divide it by {}", brief(look.widest, 3)),
      {{"no_scale", "false"}}};
}

}  // namespace

DetectorRow unscaled_input_row() {
  return {"unscaled_input",
          "inputs far from the size that weights start for",
          "the root mean square of an input over a batch is above 30",
          "DeepDiagnosis 2022 has 1 as the largest input; 30 is for columns with a few far values",
          {},
          detect};
}

}  // namespace thalweg
