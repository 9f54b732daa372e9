// SR1 in a trust region: a quasi-Newton matrix that may be indefinite, as the Hessian is.
#pragma once

#include "thalweg/optim/method.hpp"

namespace thalweg {

// Steps to the minimum of g'p + p'Bp/2 in |p| <= radius; B learns from every trial, accepted or not:
//
//   B+ = B + v v' / v's,  v = y - B s;  not where |v's| < 1e-8 |v||s|
//
// Cost: an evaluation a trial and 10 size^3 multiply-adds a step. State: size^2 numbers.
// Guarantee: f with Lipschitz Hessian, steps uniformly independent: superlinear in every size + 1
// steps.
// Source: Conn, Gould, Toint, Math. Program. 50 (1991); Nocedal, Wright, Numerical Optimization, 2nd
// ed., algorithm 6.2.
class Sr1 final : public Method {
 public:
  explicit Sr1(const Settings&) {}
  void init(Objective& objective, State& state) override;
  Advance advance(Objective& objective, State& state) override;
};

}  // namespace thalweg
