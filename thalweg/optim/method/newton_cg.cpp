#include "thalweg/optim/method/newton_cg.hpp"

#include <algorithm>
#include <cmath>

#include "thalweg/optim/conjugate_gradient.hpp"
#include "thalweg/optim/line_search/descend_along.hpp"
#include "thalweg/optim/model_step.hpp"
#include "thalweg/optim/vector.hpp"

namespace thalweg {

void NewtonCg::init(Objective& objective, State& state) {
  start_curved(objective, state);
  primed_ = true;
}

Advance NewtonCg::advance(Objective& objective, State& state) {
  Buffer<double> d(state.x.size());
  if (!primed_) prime(*objective.curvature(), state);
  const double size = norm(state.gradient);
  const TruncatedStep step = truncated_newton_step(*objective.curvature(), state.gradient,
                                                   std::min(0.5, std::sqrt(size)) * size,
                                                   std::numeric_limits<double>::infinity(), d);
  const bool plain = step.negative && step.products == 1;  // d is the negative gradient
  Advance out;
  Change change;
  primed_ = descend_along(objective, state, d, plain ? std::min(1.0, 1 / norm(d)) : 1, 0.9, out,
                          change, evaluate_curved);
  return primed_ ? out : no_step(objective, state);
}

}  // namespace thalweg
