#include "thalweg/optim/model_step.hpp"

#include <algorithm>
#include <cmath>

#include "thalweg/optim/trust_region.hpp"
#include "thalweg/optim/vector.hpp"

namespace thalweg {

Advance no_model_step() {
  Advance out;
  out.progress = false;
  return out;
}

void start_curved(Objective& objective, State& state) {
  state.gradient = Buffer<double>(objective.size());
  state.smooth = state.value = evaluate_curved(objective, state, state.x, state.gradient);
}

void prime(Curvature& curvature, State& state) {
  Buffer<double> gradient(state.x.size());
  curvature.evaluate(state.x, gradient);
}

Advance advance_by_model(
    Objective& objective, State& state, const std::function<ModelStep(double radius)>& step,
    const std::function<void(const Eigen::VectorXd& p, std::span<const double> gradient)>& after,
    double (*next)(const Trial& trial, double radius)) {
  const size_t n = state.x.size();
  const auto size = static_cast<Eigen::Index>(n);
  double& radius = state.memory["radius"][0];
  std::vector<double>& memory = state.memory["polished"];
  if (memory.empty()) memory = {std::numeric_limits<double>::infinity()};
  double& polished = memory[0];
  const Eigen::Map<const Eigen::VectorXd> x(state.x.data(), size), g(state.gradient.data(), size);
  const double floor = 8 * 0x1p-53 * std::abs(state.smooth);
  Buffer<double> u(n), gradient(n);
  Advance out = no_model_step();
  for (int trials = 0; trials < 100; ++trials) {
    const ModelStep model = step(radius);
    Eigen::Map<Eigen::VectorXd>(u.data(), size) = x + model.p;
    // Of a shrunken radius it says nothing of what is left.
    if (trials == 0) out.predicted_decrease = model.predicted;
    if (!(model.predicted > 0) || std::equal(u.begin(), u.end(), state.x.begin())) return out;
    ++state.evaluations;
    const double value = objective.value(u);
    const double slope = std::min(g.dot(model.p), -model.predicted);
    const Trial trial{state.smooth, value,          model.predicted,
                      slope,        model.p.norm(), model.lambda == 0};
    const bool hidden = model.predicted <= floor;
    if (hidden && !(trial.length < 0.9 * polished)) return out;
    const bool good = hidden ? value <= state.smooth + floor : trial.accepted();
    if (good || (after && std::isfinite(value))) {
      const double there = objective.curvature() != nullptr && !after
                               ? evaluate_curved(objective, state, u, gradient)
                               : evaluate(objective, state, u, gradient);
      if (after) after(model.p, gradient);
      if (good && std::isfinite(norm(gradient))) {
        polished = hidden ? trial.length : std::numeric_limits<double>::infinity();
        radius = hidden ? std::max(radius, 2 * trial.length) : next(trial, radius);
        out.progress = true;
        out.step_size = 1;
        out.update_norm = trial.length;
        std::swap(state.x, u);
        std::swap(state.gradient, gradient);
        state.smooth = state.value = there;
        return out;
      }
    }
    radius = next(trial, radius);
    if (!(trial.length > 0x1p-60 * x.norm()) || radius == 0) return out;
    if (after) {  // the model has changed, and the next step is made from it
      out.progress = std::isfinite(value);
      out.update_norm = 0;
      if (out.progress) return out;
    }
  }
  return out;
}

}  // namespace thalweg
