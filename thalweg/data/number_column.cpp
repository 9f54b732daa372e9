#include "thalweg/data/number_column.hpp"

#include <algorithm>
#include <cmath>

namespace thalweg {

std::optional<NumberColumn> learn_numbers(const Column& column, const NumberSummary& summary,
                                          size_t rows, std::span<const uint8_t> training,
                                          bool scale) {
  if (summary.count == 0 || summary.minimum == summary.maximum) return std::nullopt;
  const auto marked = std::count_if(training.begin(), training.end(), [](uint8_t m) { return m; });
  const size_t missing = static_cast<size_t>(marked) - summary.count;
  NumberColumn form;
  form.indicator = missing > 0;
  form.impute = summary.mean;
  if (missing > 0) {
    form.impute = median(column, rows, training);
  } else if (summary.two_valued) {
    const double middle = summary.minimum / 2 + summary.maximum / 2;
    form.impute = summary.mean > middle ? summary.maximum : summary.minimum;
  }
  if (!scale) return form;
  const double spread = summary.maximum - summary.minimum;
  if (summary.two_valued && std::isfinite(spread)) {
    form.center = summary.minimum;
    form.scale = spread;
    return form;
  }
  // Mean and deviation with the missing cells filled in.
  const double share = static_cast<double>(missing) / static_cast<double>(marked);
  const double shift = form.impute - summary.mean;
  form.center = summary.mean + share * shift;
  form.scale =
      std::hypot(std::sqrt(1 - share) * summary.deviation, std::sqrt(share * (1 - share)) * shift);
  if (!(form.scale > 0) || !std::isfinite(form.scale) || !std::isfinite(form.center))
    return std::nullopt;
  return form;
}

}  // namespace thalweg
