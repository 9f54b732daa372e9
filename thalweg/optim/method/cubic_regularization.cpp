#include "thalweg/optim/method/cubic_regularization.hpp"

#include "thalweg/optim/model_step.hpp"
#include "thalweg/optim/spectrum.hpp"

namespace thalweg {
namespace {

// Of 1 / sigma.
double next_inverse(const Trial& trial, double inverse) {
  const double ratio = trial.ratio();
  return ratio > 0.9 ? 4 * inverse : ratio > 0.1 ? inverse : inverse / 4;
}

}  // namespace

void CubicRegularization::init(Objective& objective, State& state) {
  start_curved(objective, state);
  primed_ = true;
  state.memory["radius"] = {1};  // of 1 / sigma
}

Advance CubicRegularization::advance(Objective& objective, State& state) {
  const auto n = static_cast<Eigen::Index>(state.x.size());
  if (!primed_) prime(*objective.curvature(), state);
  primed_ = true;
  Eigen::MatrixXd h(n, n);
  objective.curvature()->hessian({h.data(), state.x.size() * state.x.size()});
  const Spectrum spectrum(h, Eigen::Map<const Eigen::VectorXd>(state.gradient.data(), n));
  if (!spectrum.finite()) return no_model_step();
  return advance_by_model(
      objective, state,
      [&](double inverse) {
        ModelStep out = spectrum.cubic(1 / inverse);
        out.lambda = 1;
        return out;
      },
      {}, next_inverse);
}

}  // namespace thalweg
