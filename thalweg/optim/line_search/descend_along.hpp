// A step of a line-search method along a direction: found, taken, and what changed.
#pragma once

#include "thalweg/optim/method.hpp"

namespace thalweg {

// The change of point and gradient by a step.
struct Change {
  Buffer<double> s, y;  // [size]
  bool usable = false;  // s'y > 0 beyond rounding, as quasi-Newton updates need
};

// Moves `state` along d [size] by a step that meets the strong Wolfe conditions with c2, tried first
// at `first_step`, and fills `out`. False, with state as it was, where d is no direction of descent
// or no step was found. With `at` evaluate_curved the curvature then is that at the new point.
bool descend_along(Objective& objective, State& state, std::span<const double> d, double first_step,
                   double c2, Advance& out, Change& change, decltype(&evaluate) at = evaluate);

// Where no step is found: what a gradient step promises, of length 1/L where L is known, for the rule
// of the precision floor.
Advance no_step(Objective& objective, const State& state);

}  // namespace thalweg
