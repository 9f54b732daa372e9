#include "thalweg/optim/method/proximal_point.hpp"

#include <algorithm>
#include <cmath>

#include "thalweg/base/parallel.hpp"
#include "thalweg/kernel/loss/scalar.hpp"
#include "thalweg/objective/smoothed_hinge.hpp"
#include "thalweg/optim/method/coordinate_descent.hpp"
#include "thalweg/optim/vector.hpp"

namespace thalweg {

void ProximalPoint::init(Objective& objective, State& state) {
  Method::init(objective, state);
  const size_t n = objective.samples();
  state.memory["center"].assign(n, 0.5);
  state.memory["theta"].assign(n, 0.0);
  state.memory["sigma"] = {1.0};
}

std::span<const double> ProximalPoint::dual(const State& state) const {
  return state.memory.at("theta");
}

Advance ProximalPoint::advance(Objective& objective, State& state) {
  std::vector<double>& center = state.memory["center"];
  double& sigma = state.memory["sigma"][0];
  SmoothedHinge smoothed(objective, center, sigma);
  CoordinateDescent inner{Settings()};
  State local;
  local.x = state.x;
  inner.init(smoothed, local);
  std::vector<double> least(local.x.size());
  auto residual = [&] {
    if (const Composite* composite = smoothed.composite()) {
      composite->minimal_subgradient(local.x, local.gradient, least);
      return norm(least);
    }
    return norm(local.gradient);
  };
  const double first = residual();
  for (int steps = 0; steps < 100; ++steps) {
    if (residual() <= 1e-13 * std::max(first, 1e-300)) break;
    if (!inner.advance(smoothed, local).progress) break;
  }
  Buffer<double> gradient(local.x.size());
  smoothed.value_and_gradient(local.x, gradient);  // the dual at the point that was accepted
  const Samples& samples = objective.linear_predictor()->samples;
  double moved = 0;
  std::vector<double>& theta = state.memory["theta"];
  for (size_t i = 0; i < center.size(); ++i) {
    moved = std::max(moved, std::abs(smoothed.dual()[i] - center[i]));
    center[i] = smoothed.dual()[i];
    theta[i] = (1 - 2 * samples.target[i]) * center[i];
  }
  Advance out;
  out.update_norm = distance(local.x, state.x);
  out.step_size = sigma;
  out.progress = moved > 0 || out.update_norm > 0;
  sigma = std::max(sigma / 4, 1e-5);
  state.evaluations += local.evaluations + 1;
  state.samples += local.samples;
  state.x = std::move(local.x);
  state.smooth = evaluate(objective, state, state.x, state.gradient);
  // Once the Fenchel-Young terms vanish theta is a subgradient of the losses at x, and the one that
  // shows stationarity; before that any other one will do.
  std::vector<double> z(theta.size());
  predict(*samples.design, 1, state.x, z);
  const double apart =
      parallel_sum(theta.size(),
                   [&](size_t i) {
                     return weight_of(samples, i) *
                            fenchel_young(samples.loss, z[i], theta[i], samples.target[i]);
                   }) /
      samples.total_weight;
  if (apart <= 4 * 0x1p-53 * std::abs(state.smooth)) state.gradient = std::move(gradient);
  state.value = state.smooth + composite_value(objective, state.x);
  return out;
}

}  // namespace thalweg
