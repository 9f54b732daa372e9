// BFGS: quasi-Newton steps with a dense approximation of the inverse Hessian.
#pragma once

#include "thalweg/optim/method.hpp"

namespace thalweg {

// Steps along -H g that meet the strong Wolfe conditions.
//
//   H+ = (I - rho s y') H (I - rho y s') + rho s s',  rho = 1 / s'y;  H before the first: s'y/y'y
//
// Cost: about 1.2 evaluations and 4 size^2 multiply-adds a step. State: size^2 numbers.
// Guarantee: f convex on a bounded level set: global; twice differentiable with a positive definite
// Hessian at the minimizer: superlinear.
// Source: Nocedal, Wright, Numerical Optimization, 2nd ed., algorithm 6.1 with eq. (6.20); here a
// pair with s'y <= 1e-10 |s||y| is left out.
class Bfgs final : public Method {
 public:
  explicit Bfgs(const Settings&) {}
  void init(Objective& objective, State& state) override;
  Advance advance(Objective& objective, State& state) override;
};

}  // namespace thalweg
