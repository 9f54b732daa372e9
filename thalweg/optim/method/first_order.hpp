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
// A chain with sophia also takes one Hessian product every so many steps, one with sam a gradient at
// x + radius g / |g|.
// Cost: one evaluation a step, with sam two. State: the chain's.
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
  bool look_uphill(Objective& objective, State& state, std::span<double> out);
  void estimate_diagonal(Objective& objective, State& state);

  Chain chain_;
  std::optional<Optimizer<double>> optimizer_;
};

// Its option is `chain`.
const MethodRow& first_order_row();

}  // namespace thalweg
