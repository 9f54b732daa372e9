// Coordinate descent on the quadratic model of a linear model with l1 or bounds, in the outer loop of
// a proximal Newton method.
#pragma once

#include "thalweg/optim/lasso/lasso.hpp"
#include "thalweg/optim/method.hpp"

namespace thalweg {

// Minimizes g'd + d'Hd/2 + r(x + d) over d by cycles of exact coordinate steps
//
//   w_j <- clip(S(w_j - q_j/H_jj, l1/H_jj), lower, upper),   q = g + H d,
//
// and, once the set of free coordinates settles, by the Newton step on that set up to the first sign
// change or bound; then halves the step until the value decreases enough.
// With l1 and more than 128 columns a step of least squares is a solution by optim/lasso to a thousandth of
// the gap; with another loss it solves the problem of a working set of columns by steps as above: those in use and those with the largest subgradient, at most as many as make 2,000 parameters.
// Then one sweep over all columns finds what is missing.
// Cost: the Hessian (once for least squares), then size^2 multiply-adds a cycle. State: none.
// Guarantee: smooth part with Lipschitz Hessian, strongly convex: global convergence, superlinear near
// the minimizer (the model is solved to a tenth of the subgradient, then to its square).
// Sources: Lee, Sun, Saunders, SIAM J. Optim. 24 (2014), algorithm 1; Friedman, Hastie, Tibshirani,
// J. Stat. Softw. 33 (2010), section 2.2 (covariance updates);
// Fan, Chang, Hsieh, Wang, Lin, J. Mach. Learn. Res. 9 (2008) (shrinking to a working set).
class CoordinateDescent final : public Method {
 public:
  explicit CoordinateDescent(const Settings&) {}
  void init(Objective& objective, State& state) override;
  Advance advance(Objective& objective, State& state) override;

 private:
  void solve_part(Objective& objective, State& state, std::span<const size_t> part,
                  std::span<double> x);
  void solve_lasso(Objective& objective, State& state, std::span<double> x);
  Advance take(Objective& objective, State& state, Buffer<double> x);

  Buffer<double> hessian_;  // [size, size] at state.x; of least squares kept
  std::unique_ptr<Lasso> lasso_;
  bool whole_ = false;   // all columns at once, however many
  bool primed_ = false;  // the objective's curvature is that at state.x; false after a resume
};

}  // namespace thalweg
