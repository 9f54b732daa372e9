#include "thalweg/optim/method/fista.hpp"

#include <algorithm>
#include <cmath>

#include "thalweg/optim/method/majorization.hpp"
#include "thalweg/optim/vector.hpp"

namespace thalweg {

std::vector<Option> Fista::options() {
  return {Option::real("step_size", 0, 0, 1e300, "first and largest step; 0: found by the search")};
}

Fista::Fista(const Settings& settings) : step_size_(settings.real("step_size")) {}

void Fista::init(Objective& objective, State& state) {
  Method::init(objective, state);
  double t = step_size_;
  if (t == 0) {
    const double smoothness =
        objective.curvature() ? objective.curvature()->smoothness() : INFINITY;
    t = std::isfinite(smoothness) && smoothness > 0 ? 1 / smoothness
                                                    : 1 / std::max(norm(state.gradient), 1e-300);
  }
  state.memory["scalars"] = {t, 1.0};  // step size, theta
  state.memory["y"].assign(state.x.begin(), state.x.end());
}

Advance Fista::advance(Objective& objective, State& state) {
  double& kept = state.memory["scalars"][0];
  double& theta = state.memory["scalars"][1];
  std::vector<double>& y = state.memory["y"];
  const size_t n = state.x.size();
  Buffer<double> u(n), gradient(n), at_y(n);
  const double f = evaluate(objective, state, y, at_y);
  double t = kept;
  double predicted = unknown;  // by the first trial
  for (int halvings = 0; halvings < 100; ++halvings, t /= 2) {
    const ProximalStep step = proximal_step(objective, state, y, at_y, f, t, u, gradient);
    if (halvings == 0) predicted = step.length * step.length / (2 * t);
    if (halvings > 0 && step.length == 0) break;  // too short to move: no step
    if (!step.majorized || !std::isfinite(step.value)) continue;
    double turn = 0;
    for (size_t i = 0; i < n; ++i) turn += (y[i] - u[i]) * (u[i] - state.x[i]);
    if (turn > 0) theta = 1;
    const double next = (1 + std::sqrt(1 + 4 * theta * theta)) / 2;
    const double momentum = turn > 0 ? 0 : (theta - 1) / next;
    Advance out;
    out.step_size = out.learning_rate = t;
    out.update_norm = distance(u, state.x);
    out.predicted_decrease = step.length * step.length / (2 * t);
    for (size_t i = 0; i < n; ++i) y[i] = u[i] + momentum * (u[i] - state.x[i]);
    theta = next;
    kept = halvings == 0 && step_size_ == 0 ? 1.1 * t : t;
    move_to(u, gradient, step.smooth, step.value, state);
    return out;
  }
  // The extrapolation went too far (an exponential that overflows): again from x itself.
  if (!std::equal(y.begin(), y.end(), state.x.begin())) {
    y.assign(state.x.begin(), state.x.end());
    theta = 1;
    return advance(objective, state);
  }
  Advance out;
  out.predicted_decrease = predicted;
  out.progress = false;
  return out;
}

double Fista::theoretical_rate(double smoothness, double convexity) const {
  if (!(convexity > 0) || !std::isfinite(smoothness)) return unknown;
  return 1 - std::sqrt(convexity / smoothness);
}

}  // namespace thalweg
