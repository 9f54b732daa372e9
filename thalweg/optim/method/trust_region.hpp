// Trust region: Newton steps no longer than a radius, indefinite Hessians included.
#pragma once

#include "thalweg/optim/method.hpp"

namespace thalweg {

// Steps to the minimum of g'p + p'Hp/2 in |p| <= radius:
//
//   exact      that minimum, from the eigenvalues of H
//   dogleg     the minimum on the path -t g, then to the Newton step; H made positive definite
//   steihaug   conjugate gradient on Hessian products, up to the radius or negative curvature
//
// Options: solver; radius, the first one.
// Cost: an evaluation of the value a trial, a gradient a step, and size Hessian products (exact,
// dogleg) or those of conjugate gradient; exact 10 size^3 multiply-adds. State: the radius.
// Guarantee: f with Lipschitz Hessian, bounded level set: |g| goes to 0, and with `exact` the limit is
// no saddle; quadratic at a minimizer with positive definite Hessian (steihaug: superlinear).
// Sources: Moré, Sorensen 1983; Powell 1970; Steihaug 1983; Nocedal, Wright, Numerical Optimization,
// 2nd ed., algorithms 4.1 and 7.2.
class TrustRegion final : public Method {
 public:
  explicit TrustRegion(const Settings& settings);
  void init(Objective& objective, State& state) override;
  Advance advance(Objective& objective, State& state) override;

  static std::vector<Option> options();

 private:
  std::string solver_;
  double radius_;
  bool primed_ = false;  // the objective's curvature is that at state.x; false after a resume
};

}  // namespace thalweg
