#include "thalweg/optim/method/lbfgs.hpp"

#include <algorithm>
#include <cmath>

#include "thalweg/optim/line_search/strong_wolfe.hpp"
#include "thalweg/optim/vector.hpp"

namespace thalweg {

std::vector<Option> Lbfgs::options() {
  return {Option::integer("history_size", 10, 1, 1000, "pairs of changes that are kept")};
}

Lbfgs::Lbfgs(const Settings& settings)
    : history_size_(static_cast<size_t>(settings.integer("history_size"))) {}

void Lbfgs::init(Objective& objective, State& state) {
  Method::init(objective, state);
  state.memory["s"].clear();  // [pairs, size], oldest first
  state.memory["y"].clear();  // [pairs, size]
}

Advance Lbfgs::advance(Objective& objective, State& state) {
  const size_t n = state.x.size();
  std::vector<double>& s = state.memory["s"];
  std::vector<double>& y = state.memory["y"];
  auto row = [n](std::vector<double>& pairs, size_t i) {
    return std::span(pairs).subspan(i * n, n);
  };

  Buffer<double> d(n), u(n), gradient(n);
  for (int attempt = 0; attempt < 2; ++attempt) {
    const size_t pairs = s.size() / n;
    std::vector<double> alpha(pairs), rho(pairs);
    for (size_t j = 0; j < n; ++j) d[j] = -state.gradient[j];
    for (size_t i = pairs; i-- > 0;) {
      rho[i] = 1 / dot(row(s, i), row(y, i));
      alpha[i] = rho[i] * dot(row(s, i), d);
      for (size_t j = 0; j < n; ++j) d[j] -= alpha[i] * row(y, i)[j];
    }
    if (pairs > 0) {
      const auto last = row(y, pairs - 1);
      const double gamma = 1 / (rho[pairs - 1] * dot(last, last));
      for (double& c : d) c *= gamma;
    }
    for (size_t i = 0; i < pairs; ++i) {
      const double beta = rho[i] * dot(row(y, i), d);
      for (size_t j = 0; j < n; ++j) d[j] += (alpha[i] - beta) * row(s, i)[j];
    }
    const double slope = dot(d, state.gradient);
    const double length = norm(d);
    if (slope < 0 && std::isfinite(length)) {
      const LinePoint start{0, state.smooth, slope};
      const LinePoint found = strong_wolfe(
          [&](double t) {
            for (size_t j = 0; j < n; ++j) u[j] = state.x[j] + t * d[j];
            const double value = evaluate(objective, state, u, gradient);
            return LinePoint{t, value, dot(gradient, d)};
          },
          start, pairs > 0 ? 1.0 : std::min(1.0, 1 / length));
      if (found.step > 0) {
        Advance out;
        out.step_size = found.step;
        out.update_norm = found.step * length;
        out.predicted_decrease = -slope / 2;
        if (pairs == history_size_) {
          s.erase(s.begin(), s.begin() + static_cast<long>(n));
          y.erase(y.begin(), y.begin() + static_cast<long>(n));
        }
        double sy = 0, ss = 0, yy = 0;
        for (size_t j = 0; j < n; ++j) {
          const double a = u[j] - state.x[j], b = gradient[j] - state.gradient[j];
          s.push_back(a), y.push_back(b);
          sy += a * b, ss += a * a, yy += b * b;
        }
        if (!(sy > 1e-10 * std::sqrt(ss) * std::sqrt(yy))) {
          s.resize(s.size() - n);
          y.resize(y.size() - n);
        }
        std::swap(state.x, u);
        std::swap(state.gradient, gradient);
        state.smooth = state.value = found.value;
        return out;
      }
    }
    // A stale history can point uphill at the rounding floor: once more along the plain gradient.
    if (pairs == 0) break;
    s.clear(), y.clear();
  }
  Advance out;
  out.predicted_decrease = norm(state.gradient) * norm(state.gradient) / 2;
  if (Curvature* curvature = objective.curvature())
    if (const double smoothness = curvature->smoothness(); std::isfinite(smoothness))
      out.predicted_decrease /= smoothness;
  out.progress = false;
  return out;
}

}  // namespace thalweg
