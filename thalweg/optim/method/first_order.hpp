// First-order methods: a chain of transforms of the gradient, its learning rate on a schedule.
#pragma once

#include <memory>

#include "thalweg/optim/method.hpp"
#include "thalweg/optim/schedule/schedule.hpp"
#include "thalweg/optim/transform/optimizer.hpp"

namespace thalweg {

// x+ = x - learning_rate * schedule(t) * direction(gradient), or what the chain puts in its place.
//
// On a FiniteSum gradients are of batches and all is float32 (State::x32, memory32); else they are
// of the whole objective, in float64. Chains that average or interpolate report another point than
// the last, see report().
// Cost: one evaluation a step, and the chain's sweep over its state.
// Guarantee: none known in general; of a chain that is plain sgd, those of gradient descent.
class FirstOrder final : public Method {
 public:
  FirstOrder(Chain chain, Schedule schedule, std::vector<TensorGroup> groups = {});

  void init(Objective& objective, State& state) override;
  Advance advance(Objective& objective, State& state) override;
  // The value of the state is then the mean over the steps.
  Advance advance(Objective& objective, State& state, long long steps) override;
  void report(Objective& objective, const State& state, std::span<float> out) override;
  void observe(State& state, double value) override;

  double learning_rate(const State& state, long long step) const;  // of step 1, 2, ...

  // As the loop wants it. Not in the catalog of methods: what a user names are its transforms.
  static const MethodRow& row();

 private:
  template <class T>
  Advance take(Objective& objective, State& state, std::span<T> x, Optimizer<T>& optimizer,
               bool measured);
  template <class T>
  OptimizerState<T> views(State& state, const Optimizer<T>& optimizer) const;
  void bind(Objective& objective, State& state);

  Chain chain_;
  Schedule schedule_;
  std::vector<TensorGroup> groups_;
  std::unique_ptr<Optimizer<float>> narrow_;  // of a finite sum
  std::unique_ptr<Optimizer<double>> wide_;   // of any other objective
  Buffer<float> gradient32_, before32_;       // [size]
  Buffer<double> before_;                     // [size]
};

}  // namespace thalweg
