// Runs a chain of transforms over flat storage.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "thalweg/optim/transform/chain.hpp"
#include "thalweg/optim/transform/kernels.hpp"
#include "thalweg/tensor/buffer.hpp"
#include "thalweg/tensor/layout.hpp"

namespace thalweg {

// What a chain keeps from step to step, as views of memory that the caller owns: all of it, so that
// these numbers with the point go on bit for bit.
template <class T>
struct OptimizerState {
  std::vector<std::span<T>> arrays;  // as Optimizer::arrays() names and sizes them
  std::span<double> memory;          // [Optimizer::memory()]; the first is the number of steps
};

// One step of a chain: x+ = x - learning_rate * direction, or what the chain puts in its place.
//
// The transforms between two measures (a norm, matrix work) run one after another over a tile that
// stays in first-level cache, and the usual ends of a chain (transform_sequences) over registers, so
// that state, gradient and point go through memory once between measures, not once a transform.
// (Global norm + Adam + decay + average on 10 million floats, two threads: 4.3 ms; body by body 5.4.)
// Tiles end with tensors; sums are taken tile by tile in one order, so bits depend neither on threads
// nor on what runs together.
// Cost: the state is read and written once, the gradient read once, the point read and written once;
// each measure reads the gradient (and the direction, once it differs) again. T is float or double.
template <class T>
class Optimizer {
 public:
  Optimizer(const Chain& chain, const Layout& layout);

  struct Array {
    std::string name;  // `0.adamw.m`
    size_t size;
  };
  const std::vector<Array>& arrays() const { return arrays_; }
  size_t memory() const { return memory_; }
  // The state before the first step, at the point x [layout.size()].
  void start(std::span<const T> x, const OptimizerState<T>& state) const;

  // x and gradient [layout.size()].
  void step(std::span<T> x, std::span<const T> gradient, double learning_rate,
            const OptimizerState<T>& state);

  // x + radius gradient / |gradient| over what is trained, x elsewhere and where that has no length.
  void ascend(std::span<const T> x, std::span<const T> gradient, double radius, std::span<T> out);

  // Whether what is to be reported is another point than x, and that point.
  bool reports() const { return reporter_ < members_.size(); }
  void report(std::span<const T> x, std::span<T> out, const OptimizerState<T>& state) const;

 private:
  struct Member {
    ChainMember in;
    const TransformKernels<T>* kernels = nullptr;  // none where it works on tensors
    size_t first_array = 0;
    std::vector<std::vector<size_t>> begins;  // [state][tensor] in its array
    size_t first_memory = 0, memory = 0;
    std::vector<double> decay;  // [tensors] factor of the weight decay
    Buffer<double> scalars;     // [tensors or 1, kernels->scalars]
    std::vector<double> sums;   // [tensors, kernels->sums]
  };
  // Members that update together.
  struct Stage {
    std::vector<size_t> members;
    void (*update)(const Tile<T>&);
    bool turns;  // it writes the direction
  };
  // Stages go tile by tile; then member `then` measures or works, where there is one.
  struct Pass {
    std::vector<Stage> stages;
    size_t then;
  };
  struct Part {
    size_t tensor, begin, count;  // one tile, in the flat storage
  };

  TransformStep about(const Member& member, size_t tensor, double learning_rate,
                      const OptimizerState<T>& state) const;
  // Of no tensor.
  TransformStep about(const Member& member, double learning_rate,
                      const OptimizerState<T>& state) const;
  void set_scalars(const Member& member, double learning_rate, const OptimizerState<T>& state,
                   double* scalars) const;
  void set_measured(Member& member, double learning_rate, const OptimizerState<T>& state);
  std::vector<Stage> stages(size_t first, size_t last) const;
  Tile<T> tile(std::span<const size_t> members, const Part& part, const T* from, T* to, T* x,
               const OptimizerState<T>& state) const;
  const T* run(const Pass& pass, const T* from, T* x, const OptimizerState<T>& state);
  void work(const Member& member, const T* from, std::span<const T> x, double learning_rate,
            const OptimizerState<T>& state);

  Layout layout_;
  std::vector<TensorGroup> groups_;  // [tensors]
  std::vector<size_t> trained_;      // tensors
  std::vector<size_t> alike_;        // [tensors] the first trained one with the same factors
  size_t trained_count_ = 0;
  std::vector<Part> parts_;
  std::vector<Member> members_;
  std::vector<Pass> passes_;
  std::vector<Array> arrays_;
  size_t memory_ = 1;
  size_t reporter_;
  Buffer<T> direction_;          // [size], where a measure stands behind something that turns it
  std::vector<double> partial_;  // [parts, most_transform_sums]
};

extern template class Optimizer<float>;
extern template class Optimizer<double>;

}  // namespace thalweg
