// The separable penalty of linear models: l1 |w| + l2/2 w^2 on a box, intercepts free.
#pragma once

#include <algorithm>
#include <cmath>
#include <limits>
#include <span>

namespace thalweg {

// The same for every weight. l1, l2 >= 0, lower <= upper.
struct Penalty {
  double l1 = 0, l2 = 0;
  double lower = -std::numeric_limits<double>::infinity();
  double upper = std::numeric_limits<double>::infinity();

  bool bounded() const { return std::isfinite(lower) || std::isfinite(upper); }
  // l1 and the box make it non-smooth; l2 belongs to the smooth part.
  bool smooth() const { return l1 == 0 && !bounded(); }
};

// The subgradient of least norm of f + penalty, in place of f's gradient `g` (its l2 term included)
// at x; both [parameters], the first `weights` of which the penalty sees.
inline void minimal_subgradient(const Penalty& penalty, std::span<const double> x, size_t weights,
                                std::span<double> g) {
  constexpr double infinity = std::numeric_limits<double>::infinity();
  for (size_t j = 0; j < weights; ++j) {
    double low = g[j] + (x[j] > 0 ? penalty.l1 : -penalty.l1);
    double high = g[j] + (x[j] < 0 ? -penalty.l1 : penalty.l1);
    if (x[j] <= penalty.lower) low = -infinity;
    if (x[j] >= penalty.upper) high = infinity;
    g[j] = low > 0 ? low : (high < 0 ? high : 0);
  }
}

inline double penalty_value(const Penalty& penalty, double w) {
  return penalty.l1 * std::abs(w) + penalty.l2 / 2 * w * w;
}

// How far a slope v at w = 0 pulls towards where the box lets it go: w stays 0 up to l1.
inline double pull(const Penalty& penalty, double v) {
  double out = 0;
  if (penalty.upper > 0) out = std::max(out, -v);
  if (penalty.lower < 0) out = std::max(out, v);
  return out;
}

// The w that minimizes slope (w - from) + curvature (w - from)^2 / 2 + penalty(w), curvature > 0; l2 is
// the penalty's here.
inline double coordinate_minimizer(const Penalty& penalty, double from, double slope,
                                   double curvature) {
  const double pull = curvature * from - slope;
  const double shrunk = std::copysign(std::max(std::abs(pull) - penalty.l1, 0.0), pull);
  return std::clamp(shrunk / (curvature + penalty.l2), penalty.lower, penalty.upper);
}

// A weight's part of a duality gap.
struct PenaltyGap {
  double value;
  double reach;  // how far FYr moves per unit of error in v
};

// FYr(w, v) = r(w) + r*(-v) + v w >= 0 for r = l1 |w| + l2/2 w^2 on the box; e bounds the error of v.
inline PenaltyGap penalty_gap(const Penalty& r, double w, double v, double e) {
  constexpr double infinity = std::numeric_limits<double>::infinity();
  const double over = std::max(std::abs(v) - r.l1, 0.0);
  if (r.l2 > 0) {
    const double free = -std::copysign(over, v) / r.l2;
    const double best = std::clamp(free, r.lower, r.upper);
    const double sign = best != 0  ? std::copysign(1.0, best)
                        : r.l1 > 0 ? std::clamp(-v / r.l1, -1.0, 1.0)
                                   : 0.0;
    // Inside the box the slope of the model at its minimizer is 0; at a bound it points outwards.
    const double slope = best == free ? 0 : r.l2 * best + v + r.l1 * sign;
    const double value = r.l2 / 2 * (w - best) * (w - best) + std::max(slope * (w - best), 0.0) +
                         r.l1 * std::max(std::abs(w) - sign * w, 0.0);
    return {value, std::abs(best - w) + e / (2 * r.l2)};
  }
  // Without l2 the minimizer is a corner: 0, lower or upper.
  const double zero = std::clamp(0.0, r.lower, r.upper);
  double reach = std::abs(zero - w);
  if (std::isfinite(r.lower)) reach = std::max(reach, std::abs(r.lower - w));
  if (std::isfinite(r.upper)) reach = std::max(reach, std::abs(r.upper - w));
  // -v must stay within what the penalty can hold on an unbounded side, rounding included.
  if (!std::isfinite(r.upper) && -v + e > r.l1) return {infinity, reach};
  if (!std::isfinite(r.lower) && v + e > r.l1) return {infinity, reach};
  double best = zero;
  if (v > r.l1) best = r.lower;
  if (-v > r.l1) best = r.upper;
  // r(w) + v w - (r(best) + v best), as a sum of terms >= 0: the slope at best times the way.
  const double at = r.l1 * (std::abs(w) - std::abs(best)) + v * (w - best);
  return {std::max(at, 0.0), reach};
}

}  // namespace thalweg
