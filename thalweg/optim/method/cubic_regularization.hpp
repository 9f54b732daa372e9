// Newton steps held back by a cubic term: the method with the best known bound on non-convex
// functions.
#pragma once

#include "thalweg/optim/method.hpp"

namespace thalweg {

// Steps to the minimum of g'p + p'Hp/2 + sigma |p|^3 / 3, exactly, from the eigenvalues of H; sigma
// falls where the model was right and rises where it was not.
// Cost: an evaluation of the value a trial, a gradient and size Hessian products a step, 10 size^3
// multiply-adds. State: sigma.
// Guarantee: f with Lipschitz Hessian, bounded below: |g| <= eps within O(eps^-3/2) steps; the limit
// is no saddle; quadratic at a minimizer with positive definite Hessian.
// Sources: Nesterov, Polyak, Math. Program. 108 (2006); Cartis, Gould, Toint, Math. Program. 127
// (2011), algorithm 2.1, for sigma.
class CubicRegularization final : public Method {
 public:
  explicit CubicRegularization(const Settings&) {}
  void init(Objective& objective, State& state) override;
  Advance advance(Objective& objective, State& state) override;

 private:
  bool primed_ = false;  // the objective's curvature is that at state.x; false after a resume
};

}  // namespace thalweg
