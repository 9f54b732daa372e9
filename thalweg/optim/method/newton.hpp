// Newton's method with a Cholesky factorization of the whole Hessian.
#pragma once

#include "thalweg/optim/dense_solve.hpp"
#include "thalweg/optim/method.hpp"

namespace thalweg {

// Solves H d = -g and halves the step until the value decreases enough.
//
//   x+ = x + t d,   f(x+) <= f(x) + 1e-4 t g'd
//
// H is scaled to unit diagonal; where it is not safely positive definite, 1e-12 (times 10 until it
// is) is added to that diagonal. The factor is kept while it shrinks the decrement g'H^-1 g by a
// hundred a step. A linear model of more than 800 rows a parameter first takes steps on 100 rows a
// parameter, evenly spaced, and goes on with the factor of those. H of more than 64 rows a parameter
// is summed in float32 where it is well conditioned: only the metric of a step is rounded.
// Options: whole_start, to begin on all rows.
// Cost: an evaluation a step; where a new factor is due rows * size^2 / 2 multiply-adds for the
// Hessian and size^3 / 6 for its factor. State: the factor, size^2.
// Guarantee: f self-concordant or with Lipschitz Hessian, strongly convex: global convergence, at the
// end by at least a factor 100 of the excess a step; least squares in one step, up to rounding.
// Sources: Boyd, Vandenberghe, Convex Optimization, algorithm 9.5; Shamanskii, Ukrain. Mat. Zh. 19
// (1967), for the kept factor.
class Newton final : public Method {
 public:
  explicit Newton(const Settings& settings);
  void init(Objective& objective, State& state) override;
  Advance advance(Objective& objective, State& state) override;
  bool solve_newton(std::span<double> g) const override;

  static std::vector<Option> options();

 private:
  void start_on_part(Objective& objective, State& state);

  bool whole_start_;
  PositiveDefinite factor_;  // that of State, unpacked; empty before the first step
  bool primed_ = false;      // the objective's curvature is that at state.x; false after a resume
};

}  // namespace thalweg
