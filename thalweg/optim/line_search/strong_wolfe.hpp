// A step along a descent direction that meets the strong Wolfe conditions.
//
//   phi(t) <= phi(0) + c1 t phi'(0),   |phi'(t)| <= c2 |phi'(0)|
//
// Near the rounding floor of phi, where the first cannot be seen, the approximate condition of
// Hager and Zhang takes its place: phi'(t) <= (2 c1 - 1) phi'(0) and phi(t) <= phi(0) + floor.
// Sources: Nocedal, Wright, Numerical Optimization, 2nd ed., algorithms 3.5 and 3.6; Hager, Zhang,
// SIAM J. Optim. 16 (2005), eq. (4.1).
#pragma once

#include <functional>

namespace thalweg {

struct LinePoint {
  double step = 0, value = 0, slope = 0;
};

// `evaluate(t)` gives phi(t) and phi'(t), which may be infinite or NaN: such a t is taken as too
// far. Returns the accepted point, or step 0 where none was found in `most` evaluations. The
// accepted point is always the last one evaluated. Cost: about 1.2 evaluations a call on a
// quasi-Newton direction.
LinePoint strong_wolfe(const std::function<LinePoint(double)>& evaluate, LinePoint start,
                       double first_step, double c1 = 1e-4, double c2 = 0.9, int most = 40);

}  // namespace thalweg
