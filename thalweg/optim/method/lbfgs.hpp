// L-BFGS: quasi-Newton steps from the last few changes of the gradient.
#pragma once

#include "thalweg/optim/method.hpp"

namespace thalweg {

// Steps along -H g, H the inverse Hessian's approximation of the two-loop recursion, with a step that
// meets the strong Wolfe conditions.
//
//   H = V_k' ... V_1' (gamma I) V_1 ... V_k + rank one terms,  V = I - rho y s',  gamma = s'y/y'y
//
// Options: history_size, the pairs (s, y) that are kept.
// Cost: about 1.1 evaluations and 4 * history_size * size multiply-adds a step. State: 2 * history_size
// vectors.
// Guarantee: f twice differentiable with bounded, strongly convex level sets: R-linear convergence.
// Source: Liu, Nocedal, Math. Program. 45 (1989), algorithm 2.1; here a pair with s'y <= 1e-10 |s||y|
// is left out.
class Lbfgs final : public Method {
 public:
  explicit Lbfgs(const Settings& settings);
  void init(Objective& objective, State& state) override;
  Advance advance(Objective& objective, State& state) override;

  static std::vector<Option> options();

 private:
  size_t history_size_;
};

}  // namespace thalweg
