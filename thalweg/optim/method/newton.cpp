#include "thalweg/optim/method/newton.hpp"

#include <cmath>

#include "thalweg/objective/linear.hpp"
#include "thalweg/objective/row_sample.hpp"
#include "thalweg/optim/vector.hpp"

namespace thalweg {

std::vector<Option> Newton::options() {
  return {Option::flag("whole_start", "do not start on a part of the rows")};
}

Newton::Newton(const Settings& settings) : whole_start_(settings.flag("whole_start")) {}

bool Newton::solve_newton(std::span<double> g) const {
  if (factor_.empty()) return false;
  factor_.solve(g);
  for (double& c : g) c = -c;
  return true;
}

// Steps on a part of the rows first: they cost a tenth or less of a step on all, and end as near to
// the minimizer, with a factor as near to the Hessian's, as the part is like the whole.
void Newton::start_on_part(Objective& objective, State& state) {
  const LinearPredictor* linear = objective.linear_predictor();
  if (linear == nullptr || whole_start_) return;
  const size_t wanted = 100 * objective.size();
  if (rows(*linear->samples.design) < 8 * wanted) return;
  const RowSample part(linear->samples, wanted);
  LinearObjective small(part.samples(), linear->penalty);
  Settings settings("method newton", options());
  settings.set("whole_start", "true");
  Newton inner(settings);
  State local;
  local.x = state.x;
  inner.init(small, local);
  const double first = norm(local.gradient);
  for (int step = 0; step < 30 && norm(local.gradient) > 1e-4 * first; ++step)
    if (!inner.advance(small, local).progress) break;
  // Not where the part runs off (one class, separable): that says nothing of the whole.
  if (!(norm(local.gradient) <= 1e-4 * first)) return;
  state.x = std::move(local.x);
  state.memory["factor"] = inner.factor_.pack();
}

void Newton::init(Objective& objective, State& state) {
  state.memory["factor"].clear();
  state.gradient = Buffer<double>(objective.size());
  const Buffer<double> given = state.x;
  start_on_part(objective, state);
  state.smooth = state.value = evaluate_curved(objective, state, state.x, state.gradient);
  if (!std::isfinite(state.value) && !state.memory["factor"].empty()) {
    state.memory["factor"].clear();
    state.x = given;
    state.smooth = state.value = evaluate_curved(objective, state, state.x, state.gradient);
  }
  primed_ = true;
}

Advance Newton::advance(Objective& objective, State& state) {
  const size_t n = state.x.size();
  Curvature& curvature = *objective.curvature();
  Buffer<double> d(n), u(n), gradient(n);
  std::vector<double>& kept = state.memory["factor"];
  if (kept.empty()) {
    Buffer<double> h(n * n);
    if (!primed_) curvature.evaluate(state.x, gradient);
    // Rounded columns that are nearly combinations of others say little of what is between them.
    const bool rough = curvature.rough_hessian(h);
    if (rough) factor_ = PositiveDefinite(h, n);
    if (!rough || factor_.least_pivot() < 0.03) {
      curvature.hessian(h);
      factor_ = PositiveDefinite(h, n);
    }
    kept = factor_.pack();
  } else if (factor_.empty()) {
    factor_ = PositiveDefinite::unpack(kept);
  }
  for (size_t j = 0; j < n; ++j) d[j] = -state.gradient[j];
  factor_.solve(d);
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
    // The factor is kept while it takes the decrement, g'H^-1 g, down by a hundred a step.
    std::copy(state.gradient.begin(), state.gradient.end(), d.begin());
    factor_.solve(d);
    const double decrement = dot(d, state.gradient);
    out.remaining = decrement / 2;
    if (!(decrement <= -0.01 * slope)) kept.clear();
    return out;
  }
  out.progress = false;
  return out;
}

}  // namespace thalweg
