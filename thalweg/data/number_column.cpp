#include "thalweg/data/number_column.hpp"

#include <algorithm>
#include <cmath>

#include "thalweg/base/error.hpp"
#include "thalweg/base/text.hpp"
#include "thalweg/format/excerpt.hpp"

namespace thalweg {

std::optional<NumberColumn> learn_numbers(const Column& column, const NumberSummary& summary,
                                          size_t rows, std::span<const uint8_t> training,
                                          bool scale) {
  if (summary.count == 0 || summary.minimum == summary.maximum) return std::nullopt;
  const size_t missing = summary.missing, marked = summary.count + missing;
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

std::vector<double> level_numbers(const Table& table, const Column& column, std::string_view what,
                                  std::string_view remedy) {
  std::vector<double> values(column.levels.size());
  for (size_t k = 0; k < values.size(); ++k) {
    if (parse_number(column.levels[k], values[k]) && std::isfinite(values[k])) continue;
    const auto at = std::find(column.codes.begin(), column.codes.end(), static_cast<int32_t>(k));
    fail("{} row {}, {} {}: {} is not a number{}", table.source, at - column.codes.begin() + 1,
         what, excerpt(column.name), excerpt(column.levels[k]), remedy);
  }
  return values;
}

}  // namespace thalweg
