#include "thalweg/optim/method/lbfgs.hpp"

#include <algorithm>
#include <cmath>

#include "thalweg/optim/line_search/descend_along.hpp"
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

  Buffer<double> d(n);
  Advance out;
  Change change;
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
    const double step = pairs > 0 ? 1 : std::min(1.0, 1 / norm(d));
    if (descend_along(objective, state, d, step, 0.9, out, change)) {
      if (pairs == history_size_) {
        s.erase(s.begin(), s.begin() + static_cast<long>(n));
        y.erase(y.begin(), y.begin() + static_cast<long>(n));
      }
      if (!change.usable) return out;
      s.insert(s.end(), change.s.begin(), change.s.end());
      y.insert(y.end(), change.y.begin(), change.y.end());
      return out;
    }
    // A stale history can point uphill at the rounding floor: once more along the plain gradient.
    if (pairs == 0) break;
    s.clear(), y.clear();
  }
  return no_step(objective, state);
}

}  // namespace thalweg
