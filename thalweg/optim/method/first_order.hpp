// A chain of transforms as a method.
#pragma once

#include <optional>

#include "thalweg/optim/method.hpp"
#include "thalweg/optim/transform/optimizer.hpp"

namespace thalweg {

// Takes the steps of a chain, whose learning rate its schedule scales.
//
//   x+ = x - learning_rate factor(t) direction(gradient)
//
// Its name is the chain: `clip_global_norm(1) + adamw(1e-3) + cosine(1000)` (transform/chain.hpp).
// A chain with sophia also takes one Hessian product every so many steps.
// Cost: one evaluation a step. State: the chain's.
// Guarantee: sgd on a convex objective with learning_rate <= 1/L: excess <= |x0 - x*|^2 / (2tk); none
// known for most others.
class FirstOrder final : public Method {
 public:
  explicit FirstOrder(Chain chain) : chain_(std::move(chain)) {}
  void init(Objective& objective, State& state) override;
  Advance advance(Objective& objective, State& state) override;
  using Method::report;
  bool report(const Objective& objective, State& state, std::span<double> out) override;

 private:
  void prepare(const Objective& objective, State& state);
  void estimate_diagonal(Objective& objective, State& state);

  Chain chain_;
  std::optional<Optimizer<double>> optimizer_;
};

// Sharpness-aware minimization: the gradient is taken at x + radius g / |g|.
//
// Cost: two evaluations of the gradient a step, and one at the new point.
// Guarantee: none known to the minimum; it prefers flat ones.
// Source: Foret et al. 2021, algorithm 1 (without the dual norm's p other than 2).
class SharpnessAware final : public Method {
 public:
  SharpnessAware(Chain chain, double radius) : inner_(std::move(chain)), radius_(radius) {}
  void init(Objective& objective, State& state) override { inner_.init(objective, state); }
  Advance advance(Objective& objective, State& state) override;

 private:
  FirstOrder inner_;
  double radius_;
};

// The rows: each has the option `chain`.
const MethodRow& first_order_row();
const MethodRow& sharpness_aware_row();

}  // namespace thalweg
