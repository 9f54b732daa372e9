#include "thalweg/optim/method/newton_cg.hpp"

#include <algorithm>
#include <cmath>

#include "thalweg/optim/conjugate_gradient.hpp"
#include "thalweg/optim/line_search/descend_along.hpp"
#include "thalweg/optim/vector.hpp"

namespace thalweg {

Advance NewtonCg::advance(Objective& objective, State& state) {
  Buffer<double> d(state.x.size()), gradient(state.x.size());
  evaluate_curved(objective, state, state.x, gradient);
  const double size = norm(gradient);
  const TruncatedStep step =
      truncated_newton_step(*objective.curvature(), gradient, std::min(0.5, std::sqrt(size)) * size,
                            std::numeric_limits<double>::infinity(), d);
  const double first = step.negative ? std::min(1.0, 1 / norm(d)) : 1;
  Advance out;
  Change change;
  if (descend_along(objective, state, d, step.negative && step.products == 1 ? first : 1, 0.9, out,
                    change))
    return out;
  return no_step(state);
}

}  // namespace thalweg
