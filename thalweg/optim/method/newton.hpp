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
// is) is added to that diagonal. A linear model of more than 400 rows a parameter first takes steps
// on 50 rows a parameter, evenly spaced.
// Options: whole_start, to begin on all rows.
// Cost: rows * size^2 / 2 multiply-adds for the Hessian, size^3 / 6 for its factor. State: none.
// Guarantee: f self-concordant or with Lipschitz Hessian, strongly convex: global convergence,
// quadratic near the minimizer; least squares in one step, up to rounding.
// Source: Boyd, Vandenberghe, Convex Optimization, algorithm 9.5.
class Newton final : public Method {
 public:
  explicit Newton(const Settings& settings);
  void init(Objective& objective, State& state) override;
  Advance advance(Objective& objective, State& state) override;
  bool solve_newton(std::span<double> g) const override;

  static std::vector<Option> options();

 private:
  void start_on_part(Objective& objective, State& state) const;

  bool whole_start_;
  PositiveDefinite factor_;  // of the last step's Hessian; empty before the first
  bool primed_ = false;      // the objective's curvature is that at state.x; false after a resume
};

}  // namespace thalweg
