#include "thalweg/optim/line_search/descend_along.hpp"

#include <cmath>

#include "thalweg/optim/line_search/strong_wolfe.hpp"
#include "thalweg/optim/vector.hpp"

namespace thalweg {

bool descend_along(Objective& objective, State& state, std::span<const double> d, double first_step,
                   double c2, Advance& out, Change& change, decltype(&evaluate) at) {
  const size_t n = state.x.size();
  const double slope = dot(d, state.gradient), length = norm(d);
  if (!(slope < 0) || !std::isfinite(length) || !std::isfinite(slope)) return false;
  change.s = Buffer<double>(n);
  change.y = Buffer<double>(n);
  Buffer<double>&u = change.s, &gradient = change.y;
  const LinePoint found = strong_wolfe(
      [&](double t) {
        for (size_t j = 0; j < n; ++j) u[j] = state.x[j] + t * d[j];
        const double value = at(objective, state, u, gradient);
        return LinePoint{t, value, dot(gradient, d)};
      },
      {0, state.smooth, slope}, first_step, 1e-4, c2);
  if (!(found.step > 0)) return false;
  out.step_size = found.step;
  out.update_norm = found.step * length;
  out.predicted_decrease = -slope / 2;
  double sy = 0, ss = 0, yy = 0;
  for (size_t j = 0; j < n; ++j) {
    const double from = state.x[j], before = state.gradient[j];
    state.x[j] = u[j];
    state.gradient[j] = gradient[j];
    u[j] -= from;
    gradient[j] -= before;
    sy += u[j] * gradient[j], ss += u[j] * u[j], yy += gradient[j] * gradient[j];
  }
  change.usable = sy > 1e-10 * std::sqrt(ss) * std::sqrt(yy);
  state.smooth = state.value = found.value;
  return true;
}

Advance no_step(Objective& objective, const State& state) {
  Advance out;
  const double size = norm(state.gradient);
  out.predicted_decrease = size * size / 2;
  if (Curvature* curvature = objective.curvature())
    if (const double smoothness = curvature->smoothness(); std::isfinite(smoothness))
      out.predicted_decrease /= smoothness;
  out.progress = false;
  return out;
}

}  // namespace thalweg
