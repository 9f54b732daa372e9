// Non-linear conjugate gradient: directions made of the gradient and the direction before.
#pragma once

#include "thalweg/optim/method.hpp"

namespace thalweg {

// Steps along d = -g + beta d_before that meet the strong Wolfe conditions with c2 = 0.1, y = g -
// g_before:
//
//   fletcher_reeves   g'g / g_before'g_before
//   polak_ribiere     max(0, g'y / g_before'g_before)
//   hestenes_stiefel  max(0, g'y / d'y)
//   dai_yuan          g'g / d'y
//   hager_zhang       max(eta, (y - 2 d y'y / d'y)'g / d'y),  eta = -1 / (|d| min(0.01, |g_before|))
//
// The direction is the negative gradient again where that would not descend, or where successive
// gradients are far from orthogonal (|g'g_before| >= 0.2 g'g, Powell).
// Options: beta, which of these.
// Cost: about 2 evaluations a step. State: two vectors.
// Guarantee: f with Lipschitz gradient, bounded level set: lim inf |g| = 0 (fletcher_reeves, dai_yuan,
// hager_zhang; polak_ribiere and hestenes_stiefel as they are cut off at 0). On quadratics it is
// linear conjugate gradient up to the accuracy of the search.
// Sources: Gilbert, Nocedal, SIAM J. Optim. 2 (1992); Dai, Yuan, SIAM J. Optim. 10 (1999); Hager,
// Zhang, SIAM J. Optim. 16 (2005), eqs. (1.3) and (1.5).
class NonlinearConjugateGradient final : public Method {
 public:
  explicit NonlinearConjugateGradient(const Settings& settings);
  void init(Objective& objective, State& state) override;
  Advance advance(Objective& objective, State& state) override;

  static std::vector<Option> options();

 private:
  std::string formula_;
};

}  // namespace thalweg
