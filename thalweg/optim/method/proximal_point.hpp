// The proximal point method on the dual of the hinge loss (an augmented Lagrangian method on the
// primal), its inner problems solved by coordinate descent and Newton steps.
#pragma once

#include "thalweg/optim/method.hpp"

namespace thalweg {

// Minimizes the hinge objective smoothed around the dual point c, then moves c to the dual point of
// that minimizer, with a smaller and smaller sigma:
//
//   (w, b) = argmin P_sigma(w, b; c),   c <- clip(c + (1 - y z)/sigma, 0, 1)
//
// Cost: a few Hessians a step. State: the dual point [samples].
// Guarantee: superlinear convergence for sigma -> 0, with inner problems solved well enough; the
// dual is a quadratic program, so that it ends after finitely many exact steps. Sources:
// Rockafellar, Math. Oper. Res. 1 (1976), theorem 2; Yan, Li, "An efficient augmented Lagrangian
// method for support vector machine", Optim. Methods Softw. 35 (2020) (here the inner problem is
// solved by coordinate descent with Newton steps on its free set).
class ProximalPoint final : public Method {
 public:
  explicit ProximalPoint(const Settings&) {}
  void init(Objective& objective, State& state) override;
  Advance advance(Objective& objective, State& state) override;
  // theta = -y a.
  std::span<const double> dual(const State& state) const override;
};

}  // namespace thalweg
