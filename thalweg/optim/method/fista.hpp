// Nesterov's accelerated gradient method with adaptive restart, and FISTA where there is a composite
// part: one body, as for gradient descent.
#pragma once

#include "thalweg/optim/method.hpp"

namespace thalweg {

// Takes the proximal gradient step from an extrapolated point.
//
//   x+ = prox_{t r}(y - t grad f(y)),  theta+ = (1 + sqrt(1 + 4 theta^2)) / 2,
//   y+ = x+ + (theta - 1)/theta+ (x+ - x)
//
// theta returns to 1 where (y - x+)'(x+ - x) > 0. t is halved until the step is majorized (see
// majorization.hpp) and grown by 1.1 after each step that needed no halving.
// Options: step_size, 0: found by the search.
// Cost: two evaluations a step. State: 2 vectors.
// Guarantee: f convex with L-Lipschitz gradient, step_size 1/L: value - minimum <=
// 2 L |x0 - x*|^2 / (k + 1)^2 up to the first restart; none known with restarts, in
// practice a factor 1 - sqrt(mu/L) a step.
// Sources: Beck, Teboulle, SIAM J. Imaging Sci. 2 (2009), FISTA with backtracking (here t may grow,
// which theirs may not); O'Donoghue, Candes, Found. Comput. Math. 15 (2015), the gradient scheme.
class Fista final : public Method {
 public:
  explicit Fista(const Settings& settings);
  void init(Objective& objective, State& state) override;
  Advance advance(Objective& objective, State& state) override;
  double theoretical_rate(double smoothness, double convexity) const override;

  static std::vector<Option> options();

 private:
  double step_size_;
};

}  // namespace thalweg
