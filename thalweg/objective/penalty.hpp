// The separable penalty of linear models: l1 |w| + l2/2 w^2 on a box, intercepts free.
#pragma once

#include <cmath>
#include <limits>

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

}  // namespace thalweg
