// What methods with a trust region share: the secular equation and the rule for the radius.
#pragma once

#include <span>

namespace thalweg {

// The least lambda >= max(0, -min d) with sum (c_i / (d_i + lambda))^2 <= radius^2, to 0.1 %; in the
// hard case that maximum itself, at which terms with d_i + lambda = 0 and c_i = 0 count as none.
// Source: Moré, Sorensen, SIAM J. Sci. Stat. Comput. 4 (1983), in coordinates where the matrix is
// diagonal.
double secular_multiplier(std::span<const double> d, std::span<const double> c, double radius);

// What a trial step of the length `step` did. `slope` < 0: of the value along the whole step.
struct Trial {
  double before, after, predicted, slope, length;
  bool interior;  // the radius did not hold the step back

  double ratio() const { return (before - after) / predicted; }
  // Not for a NaN.
  bool accepted() const { return after < before && ratio() > 1e-4; }
};

// The radius for the next step. Source: Moré 1978, as in MINPACK's lmder.
double next_radius(const Trial& trial, double radius);

}  // namespace thalweg
