#include "thalweg/optim/trust_region.hpp"

#include <algorithm>
#include <cmath>

namespace thalweg {

double secular_multiplier(std::span<const double> d, std::span<const double> c, double radius) {
  double least = 0, size = 0;
  for (size_t i = 0; i < d.size(); ++i) least = std::max(least, -d[i]), size += c[i] * c[i];
  double low = least, high = least + std::sqrt(size) / radius, lambda = low;
  for (int iteration = 0; iteration < 60; ++iteration) {
    double square = 0, cube = 0;
    for (size_t i = 0; i < d.size(); ++i) {
      if (c[i] == 0) continue;
      const double p = c[i] / (d[i] + lambda);
      square += p * p;
      cube += p * p / (d[i] + lambda);
    }
    const double length = std::sqrt(square);
    if (length <= radius && lambda == least) return lambda;
    if (std::abs(length - radius) <= 1e-3 * radius) return lambda;
    (length > radius ? low : high) = lambda;
    // Newton's step for 1/radius - 1/length, which is nearly linear in lambda.
    const double next = lambda + (length - radius) / radius * (square / cube);
    lambda = next > low && next < high ? next
                                       : std::max(low + 1e-3 * (high - low), std::sqrt(low * high));
    if (!(lambda > low && lambda < high)) lambda = low + (high - low) / 2;
    if (!(high - low > 1e-15 * high)) return high;
  }
  return lambda;
}

double next_radius(const Trial& trial, double radius) {
  if (!std::isfinite(trial.after)) return 0.1 * std::min(radius, trial.length);
  const double ratio = trial.ratio();
  if (!(ratio > 0.25)) {
    double factor = 0.5;
    if (trial.after > trial.before)
      // The minimizer of the parabola through both values and the slope at the first.
      factor =
          std::clamp(trial.slope / (2 * (trial.slope - (trial.after - trial.before))), 0.1, 0.5);
    return factor * std::min(radius, 10 * trial.length);
  }
  return ratio >= 0.75 || trial.interior ? 2 * trial.length : radius;
}

}  // namespace thalweg
