#include "thalweg/optim/method/bfgs.hpp"

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>

#include "thalweg/optim/line_search/descend_along.hpp"
#include "thalweg/optim/vector.hpp"

namespace thalweg {

void Bfgs::init(Objective& objective, State& state) {
  Method::init(objective, state);
  state.memory["inverse"].clear();  // [size, size]; empty: none yet
}

Advance Bfgs::advance(Objective& objective, State& state) {
  const auto n = static_cast<Eigen::Index>(state.x.size());
  std::vector<double>& inverse = state.memory["inverse"];
  const Eigen::Map<const Eigen::VectorXd> g(state.gradient.data(), n);
  Buffer<double> d(state.x.size());
  Eigen::Map<Eigen::VectorXd> direction(d.data(), n);
  Advance out;
  Change change;
  for (int attempt = 0; attempt < 2; ++attempt) {
    const bool first = inverse.empty();
    if (first)
      direction = -g;
    else
      direction.noalias() = -(Eigen::Map<const Eigen::MatrixXd>(inverse.data(), n, n) * g);
    const double step = first ? std::min(1.0, 1 / norm(d)) : 1;
    if (descend_along(objective, state, d, step, 0.9, out, change)) {
      if (!change.usable) return out;
      const Eigen::Map<const Eigen::VectorXd> s(change.s.data(), n), y(change.y.data(), n);
      const double sy = s.dot(y);
      inverse.resize(static_cast<size_t>(n * n));
      Eigen::Map<Eigen::MatrixXd> h(inverse.data(), n, n);
      if (first) h = Eigen::MatrixXd::Identity(n, n) * (sy / y.squaredNorm());
      const Eigen::VectorXd hy = h * y;
      h += ((1 + y.dot(hy) / sy) / sy) * s * s.transpose() -
           (hy * s.transpose() + s * hy.transpose()) / sy;
      return out;
    }
    // A stale matrix can point uphill at the rounding floor: once more along the plain gradient.
    if (first) break;
    inverse.clear();
  }
  return no_step(objective, state);
}

}  // namespace thalweg
