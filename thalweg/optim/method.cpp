#include "thalweg/optim/method.hpp"

#include <algorithm>
#include <cmath>

#include "thalweg/base/error.hpp"
#include "thalweg/optim/vector.hpp"

namespace thalweg {

double composite_value(const Objective& objective, std::span<const double> x) {
  const Composite* composite = objective.composite();
  return composite == nullptr ? 0 : composite->value(x);
}

double evaluate(Objective& objective, State& state, std::span<const double> x,
                std::span<double> gradient) {
  ++state.evaluations;
  state.samples += static_cast<long long>(objective.samples());
  return objective.value_and_gradient(x, gradient);
}

double evaluate_curved(Objective& objective, State& state, std::span<const double> x,
                       std::span<double> gradient) {
  ++state.evaluations;
  state.samples += static_cast<long long>(objective.samples());
  return objective.curvature()->evaluate(x, gradient);
}

double evaluate_residuals(Objective& objective, State& state, std::span<const double> x,
                          std::span<double> r) {
  ++state.evaluations;
  state.samples += static_cast<long long>(objective.samples());
  objective.least_squares()->residuals(x, r);
  return dot(r, r) / 2;
}

void Method::init(Objective& objective, State& state) {
  if (state.gradient.size() != objective.size()) state.gradient = Buffer<double>(objective.size());
  state.smooth = evaluate(objective, state, state.x, state.gradient);
  state.value = state.smooth + composite_value(objective, state.x);
}

Advance Method::advance(Objective& objective, State& state, long long steps) {
  Advance out;
  for (long long k = 0; k < steps && out.progress && !out.diverged; ++k) {
    ++state.step;
    out = advance(objective, state);
  }
  return out;
}

void Method::report(const Objective&, State& state, std::span<float> out) {
  std::copy(state.x32.begin(), state.x32.end(), out.begin());
}

void check_needs(const MethodRow& row, Objective& objective) {
  const LinearPredictor* linear = objective.linear_predictor();
  const bool hinge = linear != nullptr && !loss_row(linear->samples.loss.kind).smooth;
  if (hinge && !row.needs.hinge)
    fail(
        "method {}: needs a differentiable loss, hinge is not; use proximal_point or the "
        "squared_hinge loss",
        row.name);
  if (!hinge && row.needs.hinge) fail("method {}: is for the hinge loss only", row.name);
  if (row.needs.smooth && objective.composite() != nullptr)
    fail(
        "method {}: needs a smooth objective, this one has l1 or bounds; use coordinate_descent, "
        "fista or proximal_gradient",
        row.name);
  if (row.needs.curvature && objective.curvature() == nullptr)
    fail("method {}: needs second derivatives, which this objective does not have", row.name);
  if (row.needs.least_squares && objective.least_squares() == nullptr)
    fail("method {}: needs a sum of squared residuals, which this objective is not", row.name);
  if (row.needs.linear_predictor && linear == nullptr)
    fail("method {}: needs a linear model", row.name);
  if (row.needs.finite_sum && objective.finite_sum() == nullptr)
    fail("method {}: needs an objective that gives batches of samples", row.name);
}

}  // namespace thalweg
