// Levenberg-Marquardt: Gauss-Newton steps in a trust region scaled by the Jacobian's columns.
#pragma once

#include "thalweg/optim/method.hpp"

namespace thalweg {

// Steps that minimize |J p + r|^2 / 2 subject to |D p| <= radius, D the largest norms of J's columns
// so far, exactly: from a QR factorization of J and the singular values of R D^-1. The step taken is
// p + a / 2 along the geodesic, a = -J^+ r''(p, p), where that is short. Where
// the value's rounding hides the decrease, Gauss-Newton steps go on while they shrink the gradient.
//
//   p = -D^-1 V (S^2 + lambda)^-1 S U' Q' r,   R D^-1 = U S V'
//
// Options: radius, the first one over |D x|; no_acceleration, for plain
// steps p, which save one evaluation of r in two.
// Cost: about 1.2 evaluations of r and one Jacobian a step, 2 count * size^2 multiply-adds and some
// 20 size^3 for the singular values. State: D and the radius.
// Guarantee: J Lipschitz on the level set: the scaled gradient goes to 0; quadratic at the end where
// the residuals vanish and J has full rank.
// Sources: Moré, Numerical Analysis (LNM 630, 1978); Transtrum, Sethna, arXiv:1201.5885 (2012), for
// the acceleration.
class LevenbergMarquardt final : public Method {
 public:
  explicit LevenbergMarquardt(const Settings& settings);
  void init(Objective& objective, State& state) override;
  Advance advance(Objective& objective, State& state) override;

  static std::vector<Option> options();

 private:
  // The Jacobian at x, where the residuals are r_, and the gradient there.
  void linearize(Objective& objective, State& state, std::span<const double> x,
                 std::span<double> gradient);

  double radius_;
  bool accelerate_;
  Buffer<double> r_, jacobian_;  // at state.x: [count], [size, count]
  Buffer<double> kept_;          // that of the point before
  bool primed_ = false;          // they are; false after a resume
};

}  // namespace thalweg
