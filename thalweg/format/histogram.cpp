#include "thalweg/format/histogram.hpp"

#include <algorithm>
#include <cmath>

namespace thalweg {

Histogram histogram(std::span<const float> values, size_t buckets) {
  Histogram out;
  for (const float v : values) {
    if (!std::isfinite(v)) continue;
    const auto value = static_cast<double>(v);
    out.minimum = out.count == 0 ? value : std::min(out.minimum, value);
    out.maximum = out.count == 0 ? value : std::max(out.maximum, value);
    out.count += 1;
    out.sum += value;
    out.sum_of_squares += value * value;
  }
  if (out.count == 0) return out;
  const double width = out.maximum - out.minimum;
  if (width == 0) buckets = 1;
  out.counts.assign(buckets, 0);
  for (size_t i = 1; i <= buckets; ++i) {
    const double share = static_cast<double>(i) / static_cast<double>(buckets);
    out.limits.push_back(i == buckets ? out.maximum
                                      : out.minimum * (1 - share) + out.maximum * share);
  }
  const double scale = width == 0 ? 0 : static_cast<double>(buckets) / width;
  for (const float v : values) {
    if (!std::isfinite(v)) continue;
    // Guessed, and then moved by what rounding may have done: to the first limit not below it.
    const auto value = static_cast<double>(v);
    size_t at = std::min(buckets - 1, static_cast<size_t>((value - out.minimum) * scale));
    while (out.limits[at] < value) ++at;
    while (at > 0 && out.limits[at - 1] >= value) --at;
    out.counts[at] += 1;
  }
  return out;
}

}  // namespace thalweg
