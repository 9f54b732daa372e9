#include "thalweg/format/histogram.hpp"

#include <algorithm>
#include <cmath>

namespace thalweg {

Histogram histogram(std::span<const double> values, size_t buckets) {
  Histogram out;
  for (const double value : values) {
    if (!std::isfinite(value)) continue;
    out.minimum = out.count == 0 ? value : std::min(out.minimum, value);
    out.maximum = out.count == 0 ? value : std::max(out.maximum, value);
    out.count += 1;
    out.sum += value;
    out.sum_of_squares += value * value;
  }
  if (out.count == 0) return out;
  // Halves, because the difference of two finite numbers may overflow.
  const double half_width = out.maximum / 2 - out.minimum / 2;
  if (half_width == 0) buckets = 1;
  out.counts.assign(buckets, 0);
  for (size_t i = 1; i <= buckets; ++i) {
    const double share = static_cast<double>(i) / static_cast<double>(buckets);
    out.limits.push_back(i == buckets ? out.maximum
                                      : out.minimum * (1 - share) + out.maximum * share);
  }
  for (const double value : values)
    if (std::isfinite(value))
      out.counts[static_cast<size_t>(std::ranges::lower_bound(out.limits, value) -
                                     out.limits.begin())] += 1;
  return out;
}

}  // namespace thalweg
