// A chain of transforms on batches of a finite sum.
#pragma once

#include <optional>

#include "thalweg/optim/method.hpp"
#include "thalweg/optim/transform/optimizer.hpp"

namespace thalweg {

// As FirstOrder, with the gradient of a batch a step, in float32 (State::x32, memory32).
//
//   x+ = x - learning_rate factor(t) direction(gradient of batch t)
//
// With sam that gradient is taken at x + radius g / |g|; what the neighbor makes of batch
// normalization's statistics is dropped, and the value stays that of x.
// Cost: one evaluation on a batch a step (with sam two), and the chain's sweep over its state.
// Guarantee: sgd on a convex sum, bounded variance, learning_rate falling as 1/sqrt(t): excess of the
// average falls as 1/sqrt(t); none known for most others.
class SampledFirstOrder final : public Method {
 public:
  // Throws Error for a chain that asks for the Hessian's diagonal, which batches do not give.
  explicit SampledFirstOrder(Chain chain);
  // The value at the start is that of the first batch.
  void init(Objective& objective, State& state) override;
  Advance advance(Objective& objective, State& state) override;
  // The state's value is then the mean over the steps; norms are of the last one.
  Advance advance(Objective& objective, State& state, long long steps) override;
  using Method::report;
  void report(const Objective& objective, State& state, std::span<float> out) override;
  void observe(State& state, double value) override;
  std::span<const float> before() const override { return before_; }

 private:
  void prepare(const Objective& objective, State& state);
  // Into gradient_.
  double evaluate(FiniteSum& sum, State& state, std::span<float> x, long long step);
  Advance take(FiniteSum& sum, State& state, bool measured);

  Chain chain_;
  std::optional<Optimizer<float>> optimizer_;
  OptimizerState<float> views_;
  Buffer<float> gradient_, before_, away_;  // [size]
};

// Not in the catalog of methods: its name is a chain.
const MethodRow& sampled_first_order_row();

}  // namespace thalweg
