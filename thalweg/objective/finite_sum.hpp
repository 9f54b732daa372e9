// A mean over samples that can be taken a batch at a time: what stochastic methods work on.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace thalweg {

class Inspector;

// Step k looks at batch k % steps_per_epoch() of epoch k / steps_per_epoch(), which is made of one
// micro-batch or more: which samples those are, how they are augmented and what is dropped are pure
// functions of k.
class FiniteSum {
 public:
  virtual ~FiniteSum() = default;
  virtual size_t samples() const = 0;  // in an epoch
  virtual size_t batch() const = 0;
  virtual size_t steps_per_epoch() const = 0;
  // The mean over the batch of step `step` (0 the first) and its gradient, which overwrites
  // `gradient` [size] where tensors are trained. Tensors of x [size] that are not trained
  // (statistics of batch normalization) move on, once a micro-batch.
  virtual double value_and_gradient(std::span<float> x, std::span<float> gradient,
                                    long long step) = 0;
  // What looks into its layers, where it is a network.
  virtual Inspector* inspector() { return nullptr; }
};

// Samples that are not trained on, to see how a point does on them.
class HeldOut {
 public:
  virtual ~HeldOut() = default;
  virtual size_t samples() const = 0;
  // The loss of each sample at x, times its weight over the mean weight: [samples()]. Without
  // penalty, dropout and augmentation.
  virtual void losses(std::span<const float> x, std::span<float> out) = 0;
  // The share of samples of the last losses() whose label was predicted; NaN where there are none.
  virtual double accuracy() const = 0;
};

}  // namespace thalweg
