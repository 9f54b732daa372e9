// Max and average pooling by oneDNN, for blocked formats and large batches; float32 and bfloat16.
// kernel/pool.hpp has the plain ones, with indices that the graph can use.
#pragma once

#include <memory>

#include "thalweg/kernel/contraction/memory_format.hpp"

namespace thalweg {

enum class PoolingKind : uint8_t {
  maximum,  // the first of equal ones; padding never wins
  average,  // over the window's points inside the input
  average_with_padding,
};

struct PoolingDescription {
  PoolingKind kind = PoolingKind::maximum;
  bool backward = false;
  Shape window, stride, padding_low, padding_high;  // one number a spatial axis, one or two of them
  // Of x and dx: float32 or bfloat16, in any format. y and dy have the corresponding one.
  MemoryFormat x_format;
};

class Pooling {
 public:
  // Throws Error with one line.
  static Pooling make(const PoolingDescription& description);

  const MemoryFormat& x_format() const;
  const MemoryFormat& y_format() const;
  // Bytes that the forward run of a maximum leaves for the backward one: where each maximum stood.
  size_t workspace() const;
  size_t scratch() const;

  // Forward: reads x, writes y and workspace. Backward: reads y (dy) and workspace, writes x (dx).
  // The pointers that are read are not written to; one thread at a time.
  void run(void* x, void* y, void* workspace, void* scratch);

  struct State;

 private:
  explicit Pooling(std::shared_ptr<State> state) : state_(std::move(state)) {}
  std::shared_ptr<State> state_;
};

}  // namespace thalweg
