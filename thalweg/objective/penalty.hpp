// The separable penalty of linear models: l1 |w| + l2/2 w^2 on a box, intercepts free.
#pragma once

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

}  // namespace thalweg
