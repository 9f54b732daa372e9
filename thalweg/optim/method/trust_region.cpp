#include "thalweg/optim/method/trust_region.hpp"

#include <algorithm>
#include <cmath>
#include <optional>

#include "thalweg/optim/conjugate_gradient.hpp"
#include "thalweg/optim/dense_solve.hpp"
#include "thalweg/optim/model_step.hpp"
#include "thalweg/optim/spectrum.hpp"
#include "thalweg/optim/vector.hpp"

namespace thalweg {
namespace {

using Eigen::VectorXd;

// From the Cauchy point to the Newton step of a positive definite model.
ModelStep dogleg(const Eigen::MatrixXd& h, const VectorXd& g, const VectorXd& newton,
                 double radius) {
  ModelStep out;
  const double slope = g.squaredNorm(), curved = g.dot(h * g);
  const VectorXd cauchy =
      curved > 0 ? VectorXd(-slope / curved * g) : VectorXd(-radius / g.norm() * g);
  out.lambda = 1;
  if (newton.norm() <= radius) {
    out.p = newton;
    out.lambda = 0;
  } else if (cauchy.norm() >= radius) {
    out.p = -radius / g.norm() * g;
  } else {
    const VectorXd leg = newton - cauchy;
    const double a = leg.squaredNorm(), b = cauchy.dot(leg),
                 c = radius * radius - cauchy.squaredNorm();
    out.p = cauchy + (-b + std::sqrt(b * b + a * c)) / a * leg;
  }
  out.predicted = -(g.dot(out.p) + out.p.dot(h * out.p) / 2);
  return out;
}

}  // namespace

std::vector<Option> TrustRegion::options() {
  return {Option::choice("solver", "exact", {"exact", "dogleg", "steihaug"},
                         "how the step within the radius is found"),
          Option::real("radius", 1, 1e-10, 1e10, "first radius")};
}

TrustRegion::TrustRegion(const Settings& settings)
    : solver_(settings.text("solver")), radius_(settings.real("radius")) {}

void TrustRegion::init(Objective& objective, State& state) {
  start_curved(objective, state);
  primed_ = true;
  state.memory["radius"] = {radius_};
}

Advance TrustRegion::advance(Objective& objective, State& state) {
  const size_t n = state.x.size();
  const auto size = static_cast<Eigen::Index>(n);
  Curvature& curvature = *objective.curvature();
  const Eigen::Map<const VectorXd> g(state.gradient.data(), size);
  if (!primed_) prime(curvature, state);
  primed_ = true;
  if (solver_ == "steihaug") {
    const double length = g.norm();
    return advance_by_model(objective, state, [&](double radius) {
      ModelStep out;
      out.p.resize(size);
      const TruncatedStep step = truncated_newton_step(curvature, state.gradient,
                                                       std::min(0.1, std::sqrt(length)) * length,
                                                       radius, {out.p.data(), n});
      out.predicted = step.predicted;
      out.lambda = step.boundary ? 1 : 0;
      return out;
    });
  }
  Eigen::MatrixXd h(size, size);
  curvature.hessian({h.data(), n * n});
  if (solver_ == "dogleg") {
    const PositiveDefinite factor({h.data(), n * n}, n);
    VectorXd newton = -g;
    factor.solve({newton.data(), n});
    return advance_by_model(objective, state,
                            [&](double radius) { return dogleg(h, g, newton, radius); });
  }
  const Spectrum spectrum(h, g);
  if (!spectrum.finite()) return no_model_step();
  return advance_by_model(objective, state, [&](double radius) { return spectrum.within(radius); });
}

}  // namespace thalweg
