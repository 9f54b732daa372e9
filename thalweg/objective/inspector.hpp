// Looks into the layers of a network on a batch of its training: a compiled program of its own, which
// runs on the steps that the monitor asks for and leaves everything that trains as it is.
#pragma once

#include <vector>

#include "thalweg/monitor/inspection.hpp"
#include "thalweg/objective/traced_loss.hpp"

namespace thalweg {

class Inspector {
 public:
  Inspector(const TracedLoss& loss, SampleSet samples, std::vector<uint32_t> rows,
            const BatchOptions& batches, const CompileOptions& compile = {}, size_t accumulate = 1);

  // At x [size] on the first micro-batch of step `step` (0 the first). `before` [size] is the point before the
  // last step, or empty. Costs about a training step, the program's compilation at the first.
  Inspection inspect(std::span<const float> x, std::span<const float> before, long long step);

  // Of the last look: the gradient [size], zeros where tensors are not trained; and a layer's outputs
  // on the first samples.
  std::span<const float> gradient() const { return gradient_; }
  std::span<const float> outputs(size_t layer) const { return layers_[layer].outputs; }

 private:
  struct Layer {
    float mean_square = 0;
    Buffer<float> outputs;
    Buffer<float> flat;  // [units], of an activation
    double numbers = 0;  // of a unit, over the batch
  };

  TracedLoss loss_;
  Batches batches_;
  uint64_t accumulate_;  // micro-batches a step
  TracedProgram program_;
  Buffer<float> gradient_, features_;
  std::vector<Layer> layers_;
  std::vector<void*> results_;
};

}  // namespace thalweg
