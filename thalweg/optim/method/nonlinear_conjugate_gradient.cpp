#include "thalweg/optim/method/nonlinear_conjugate_gradient.hpp"

#include <algorithm>
#include <cmath>

#include "thalweg/optim/line_search/descend_along.hpp"
#include "thalweg/optim/vector.hpp"

namespace thalweg {
namespace {

double beta(const std::string& formula, std::span<const double> g, std::span<const double> y,
            std::span<const double> d) {
  const double dy = dot(d, y), gg = dot(g, g), gy = dot(g, y);
  // |g_before|^2 from g - y, without a third vector.
  const double before = std::max(gg - 2 * gy + dot(y, y), 0.0);
  if (formula == "fletcher_reeves") return gg / before;
  if (formula == "polak_ribiere") return std::max(0.0, gy / before);
  if (formula == "hestenes_stiefel") return std::max(0.0, gy / dy);
  if (formula == "dai_yuan") return gg / dy;
  const double eta = -1 / (norm(d) * std::min(0.01, std::sqrt(before)));
  return std::max(eta, (gy - 2 * dot(y, y) * dot(d, g) / dy) / dy);
}

}  // namespace

std::vector<Option> NonlinearConjugateGradient::options() {
  return {Option::choice(
      "beta", "hager_zhang",
      {"fletcher_reeves", "polak_ribiere", "hestenes_stiefel", "dai_yuan", "hager_zhang"},
      "how much of the direction before is kept")};
}

NonlinearConjugateGradient::NonlinearConjugateGradient(const Settings& settings)
    : formula_(settings.text("beta")) {}

void NonlinearConjugateGradient::init(Objective& objective, State& state) {
  Method::init(objective, state);
  state.memory["direction"].clear();  // [size]; empty: the negative gradient
  state.memory["step"] = {0};         // along it, first tried
}

Advance NonlinearConjugateGradient::advance(Objective& objective, State& state) {
  const size_t n = state.x.size();
  std::vector<double>& direction = state.memory["direction"];
  double& first_step = state.memory["step"][0];
  Advance out;
  Change change;
  for (int attempt = 0; attempt < 2; ++attempt) {
    const bool plain = direction.empty();
    if (plain) {
      direction.resize(n);
      for (size_t j = 0; j < n; ++j) direction[j] = -state.gradient[j];
    }
    if (!(first_step > 0)) first_step = std::min(1.0, 1 / norm(direction));
    const double slope = dot(direction, state.gradient);
    if (descend_along(objective, state, direction, first_step, 0.1, out, change)) {
      const double gg = dot(state.gradient, state.gradient), gy = dot(state.gradient, change.y);
      const double keep = beta(formula_, state.gradient, change.y, direction);
      const bool orthogonal = std::abs(gg - gy) < 0.2 * gg;
      double next = 0;
      for (size_t j = 0; j < n; ++j) {
        direction[j] = -state.gradient[j] + keep * direction[j];
        next += direction[j] * state.gradient[j];
      }
      // So that the step promises what the last one did.
      first_step = std::min(out.step_size * slope / next, 1e3 * out.step_size);
      if (!(next < 0) || !orthogonal || !std::isfinite(keep)) {
        direction.clear();
        first_step = out.step_size * slope / -gg;
      }
      return out;
    }
    direction.clear();
    first_step = 0;
    if (plain) break;
  }
  return no_step(objective, state);
}

}  // namespace thalweg
