#include "thalweg/optim/method/proximal_gradient.hpp"

#include <algorithm>
#include <cmath>

#include "thalweg/base/error.hpp"
#include "thalweg/optim/method/majorization.hpp"
#include "thalweg/optim/vector.hpp"

namespace thalweg {

std::vector<Option> ProximalGradient::options() {
  return {Option::choice("search", "armijo", {"fixed", "armijo", "barzilai_borwein"},
                         "how the step size is chosen"),
          Option::real("step_size", 0, 0, 1e300, "of a fixed search; 0: 1/L")};
}

ProximalGradient::ProximalGradient(const Settings& settings)
    : search_(settings.text("search") == "fixed"    ? Search::fixed
              : settings.text("search") == "armijo" ? Search::armijo
                                                    : Search::barzilai_borwein),
      step_size_(settings.real("step_size")) {
  if (settings.given("step_size") && search_ != Search::fixed)
    fail("{}: step_size is for search=fixed, this is search={}", settings.owner(),
         settings.text("search"));
}

void ProximalGradient::init(Objective& objective, State& state) {
  Method::init(objective, state);
  double t = step_size_;
  if (t == 0) {
    const double smoothness =
        objective.curvature() ? objective.curvature()->smoothness() : INFINITY;
    if (search_ == Search::fixed && !std::isfinite(smoothness))
      fail(
          "search=fixed: this loss has no Lipschitz constant to take 1/L from; set step_size or "
          "use "
          "search=armijo");
    const double first = norm(state.gradient);
    t = std::isfinite(smoothness) && smoothness > 0 ? 1 / smoothness : 1 / std::max(first, 1e-300);
  }
  state.memory["step_size"] = {t};
  if (search_ == Search::barzilai_borwein) state.memory["recent"] = {state.value};
}

Advance ProximalGradient::advance(Objective& objective, State& state) {
  double& kept = state.memory["step_size"][0];
  double t = kept;
  if (search_ == Search::armijo && state.step > 1) t = 2 * kept;
  Buffer<double> u(state.x.size()), gradient(state.x.size());
  double predicted = unknown;  // by the first trial
  for (int halvings = 0; halvings < 100; ++halvings, t /= 2) {
    const ProximalStep step =
        proximal_step(objective, state, state.x, state.gradient, state.smooth, t, u, gradient);
    if (halvings == 0) predicted = step.length * step.length / (2 * t);
    if (halvings > 0 && step.length == 0) break;  // too short to move: no step
    bool accepted = search_ == Search::fixed || step.majorized;
    if (search_ == Search::barzilai_borwein) {
      const std::vector<double>& recent = state.memory["recent"];
      const double worst = *std::max_element(recent.begin(), recent.end());
      accepted = step.majorized || step.value <= worst - 1e-4 / (2 * t) * step.length * step.length;
    }
    if (search_ == Search::fixed && !std::isfinite(step.value)) {
      Advance out;
      out.step_size = out.learning_rate = t, out.progress = false, out.diverged = true;
      return out;
    }
    if (!accepted || !std::isfinite(step.value)) continue;
    if (search_ == Search::barzilai_borwein) {
      double ss = 0, sy = 0, yy = 0;
      for (size_t i = 0; i < u.size(); ++i) {
        const double s = u[i] - state.x[i], y = gradient[i] - state.gradient[i];
        ss += s * s, sy += s * y, yy += y * y;
      }
      const double next = state.step % 2 == 0 ? ss / sy : sy / yy;
      kept = sy > 0 && std::isfinite(next) && next > 0 ? next : 2 * t;
      std::vector<double>& recent = state.memory["recent"];
      recent.push_back(step.value);
      if (recent.size() > 10) recent.erase(recent.begin());
    } else if (search_ == Search::armijo) {
      kept = t;
    }
    Advance out;
    out.step_size = out.learning_rate = t;
    out.update_norm = step.length;
    out.predicted_decrease = step.length * step.length / (2 * t);
    move_to(u, gradient, step.smooth, step.value, state);
    return out;
  }
  Advance out;
  out.predicted_decrease = predicted;
  out.progress = false;
  return out;
}

double ProximalGradient::theoretical_rate(double smoothness, double convexity) const {
  if (search_ != Search::fixed || !(convexity > 0) || !std::isfinite(smoothness)) return unknown;
  const double t = step_size_ > 0 ? step_size_ : 1 / smoothness;
  const double factor = std::max(std::abs(1 - t * smoothness), std::abs(1 - t * convexity));
  return factor * factor;
}

}  // namespace thalweg
