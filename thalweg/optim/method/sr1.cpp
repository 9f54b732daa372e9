#include "thalweg/optim/method/sr1.hpp"

#include <algorithm>
#include <cmath>

#include "thalweg/optim/model_step.hpp"
#include "thalweg/optim/spectrum.hpp"
#include "thalweg/optim/vector.hpp"

namespace thalweg {

void Sr1::init(Objective& objective, State& state) {
  Method::init(objective, state);
  state.memory["radius"] = {1};
  state.memory["hessian"].clear();  // [size, size]; empty: the identity
}

Advance Sr1::advance(Objective& objective, State& state) {
  const auto n = static_cast<Eigen::Index>(state.x.size());
  std::vector<double>& stored = state.memory["hessian"];
  const Eigen::VectorXd g = Eigen::Map<const Eigen::VectorXd>(state.gradient.data(), n);
  const bool first = stored.empty();
  if (first) {
    stored.assign(static_cast<size_t>(n * n), 0.0);
    Eigen::Map<Eigen::MatrixXd>(stored.data(), n, n).setIdentity();
  }
  Eigen::Map<Eigen::MatrixXd> b(stored.data(), n, n);
  const Spectrum spectrum(b, g);
  if (!spectrum.finite()) return no_model_step();
  return advance_by_model(
      objective, state, [&](double radius) { return spectrum.within(radius); },
      [&](const Eigen::VectorXd& s, std::span<const double> gradient) {
        const Eigen::VectorXd y = Eigen::Map<const Eigen::VectorXd>(gradient.data(), n) - g;
        if (!y.allFinite()) return;
        if (first && s.dot(y) > 0) b *= y.squaredNorm() / s.dot(y);
        const Eigen::VectorXd v = y - b * s;
        const double vs = v.dot(s);
        if (std::abs(vs) >= 1e-8 * v.norm() * s.norm() && vs != 0) b += v * v.transpose() / vs;
      });
}

}  // namespace thalweg
