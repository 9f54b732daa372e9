#include "thalweg/optim/method/newton.hpp"

#include <cmath>

#include "thalweg/optim/dense_solve.hpp"
#include "thalweg/optim/vector.hpp"

namespace thalweg {

void Newton::init(Objective& objective, State& state) {
  state.gradient = Buffer<double>(objective.size());
  state.smooth = state.value = evaluate_curved(objective, state, state.x, state.gradient);
  primed_ = true;
}

Advance Newton::advance(Objective& objective, State& state) {
  const size_t n = state.x.size();
  Curvature& curvature = *objective.curvature();
  Buffer<double> h(n * n), d(n), u(n), gradient(n);
  if (!primed_) curvature.evaluate(state.x, gradient);
  curvature.hessian(h);
  for (size_t j = 0; j < n; ++j) d[j] = -state.gradient[j];
  solve_positive_definite(h, d);
  const double slope = dot(d, state.gradient);
  Advance out;
  out.predicted_decrease = -slope / 2;
  const double before = norm(state.gradient);
  const double floor = 8 * 0x1p-53 * std::abs(state.smooth);
  double t = 1;
  primed_ = false;
  for (int halvings = 0; slope < 0 && halvings < 60; ++halvings, t /= 2) {
    for (size_t j = 0; j < n; ++j) u[j] = state.x[j] + t * d[j];
    const double value = evaluate_curved(objective, state, u, gradient);
    // Strictly: a step too short to move would pass the second test.
    const bool decreases = value < state.smooth && value <= state.smooth + 1e-4 * t * slope;
    // Below the floor of the value, a smaller gradient decides.
    const bool level = value <= state.smooth + floor && norm(gradient) < before;
    if (!(std::isfinite(value) && (decreases || level))) continue;
    out.step_size = t;
    out.update_norm = t * norm(d);
    std::swap(state.x, u);
    std::swap(state.gradient, gradient);
    state.smooth = state.value = value;
    primed_ = true;
    return out;
  }
  out.progress = false;
  return out;
}

}  // namespace thalweg
