// Dot products and norms of parameter vectors, in one fixed order.
#pragma once

#include <cmath>
#include <span>

namespace thalweg {

inline double dot(std::span<const double> a, std::span<const double> b) {
  double sum = 0;
  for (size_t i = 0; i < a.size(); ++i) sum += a[i] * b[i];
  return sum;
}

// Scaled by the largest entry, so that 1e200 does not overflow nor 1e-200 vanish.
inline double norm(std::span<const double> a) {
  double largest = 0;
  for (double v : a) {
    if (!(std::abs(v) <= largest)) largest = std::abs(v);  // a NaN stays
  }
  if (largest == 0 || !std::isfinite(largest)) return largest;
  double sum = 0;
  for (double v : a) sum += (v / largest) * (v / largest);
  return largest * std::sqrt(sum);
}

inline double distance(std::span<const double> a, std::span<const double> b) {
  double largest = 0;
  for (size_t i = 0; i < a.size(); ++i)
    if (!(std::abs(a[i] - b[i]) <= largest)) largest = std::abs(a[i] - b[i]);
  if (largest == 0 || !std::isfinite(largest)) return largest;
  double sum = 0;
  for (size_t i = 0; i < a.size(); ++i)
    sum += ((a[i] - b[i]) / largest) * ((a[i] - b[i]) / largest);
  return largest * std::sqrt(sum);
}

}  // namespace thalweg
