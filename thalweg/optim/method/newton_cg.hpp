// Newton-CG: Newton steps found by conjugate gradient on Hessian products, with a line search.
#pragma once

#include "thalweg/optim/method.hpp"

namespace thalweg {

// Steps along d with |H d + g| <= min(1/2, sqrt|g|) |g|, which meet the strong Wolfe conditions. Where
// conjugate gradient meets a direction of negative curvature, d is what it has by then, or, at its
// first, the negative gradient.
// Cost: about 1.2 evaluations and at most 10 size products a step. State: none.
// Guarantee: f with Lipschitz Hessian, bounded level set: |g| goes to 0; superlinear at a minimizer
// with positive definite Hessian.
// Source: Nocedal, Wright, Numerical Optimization, 2nd ed., algorithm 7.1.
class NewtonCg final : public Method {
 public:
  explicit NewtonCg(const Settings&) {}
  void init(Objective& objective, State& state) override;
  Advance advance(Objective& objective, State& state) override;

 private:
  bool primed_ = false;  // the objective's curvature is that at state.x; false after a resume
};

}  // namespace thalweg
