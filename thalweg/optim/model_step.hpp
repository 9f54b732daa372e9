// A step of a method that trusts a quadratic model within a radius, state.memory["radius"].
#pragma once

#include <functional>

#include "thalweg/optim/method.hpp"
#include "thalweg/optim/spectrum.hpp"
#include "thalweg/optim/trust_region.hpp"

namespace thalweg {

// Tries `step(radius)`, a minimizer of the model that is no longer than it, and shrinks the radius
// until a step is accepted. Where rounding hides the decrease, steps go on while they get shorter.
// `after`, where given, sees each trial that is not accepted too: its step and the gradient there,
// which then costs an evaluation.
Advance advance_by_model(Objective& objective, State& state,
                         const std::function<ModelStep(double radius)>& step,
                         const std::function<void(const Eigen::VectorXd& p,
                                                  std::span<const double> gradient)>& after = {},
                         double (*next)(const Trial& trial, double radius) = next_radius);

// Evaluates the objective at state.x and keeps its curvature there.
void start_curved(Objective& objective, State& state);
// The curvature at state.x, after a resume too.
void prime(Curvature& curvature, State& state);
Advance no_model_step();

}  // namespace thalweg
