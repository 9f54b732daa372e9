// Matmul: c = epilogue(op(a) op(b) + bias), batched, made once and run with pointers.
//
// float32 and bfloat16 (products accumulated in float32) by oneDNN; float64, which it has not, by a
// blocked kernel of ours.
#pragma once

#include <memory>
#include <optional>

#include "thalweg/kernel/contraction/epilogue.hpp"
#include "thalweg/kernel/contraction/memory_format.hpp"

namespace thalweg {

struct MatmulDescription {
  // As they are stored, row-major: a [batch..., m, k], or [batch..., k, m] with transpose_a; b
  // [batch..., k, n], or [batch..., n, k] with transpose_b. Batch extents are equal or 1.
  Shape a, b;
  bool transpose_a = false, transpose_b = false;
  DType input = DType::float32;   // of a and b: float64, float32, bfloat16
  DType output = DType::float32;  // of c: as input, or float32 from bfloat16
  bool bias = false;              // [n], float32 (float64 where the input is)
  Epilogue epilogue;
  // Let the library choose how b lies in memory: the caller reorders it from b_stored() to
  // b_format() before the run.
  bool pack_b = false;
};

class Matmul {
 public:
  // For the threads that parallel loops use now (set_threads). Throws Error with one line where
  // shapes, types or epilogue do not fit, std::bad_alloc for want of memory.
  static Matmul make(const MatmulDescription& description);

  const Shape& shape() const;  // of c: [batch..., m, n]
  // b as it is described, and as run takes it; both seen as [batch..., k, n].
  const MemoryFormat& b_stored() const;
  const MemoryFormat& b_format() const;
  // Bytes of scratch memory, aligned to 64, that a run needs.
  size_t scratch() const;

  // a, b, bias, c in the types and formats above; bias may be null where there is none. c is none
  // of the others. One thread at a time.
  void run(const void* a, const void* b, const void* bias, void* c, void* scratch);

  struct State;

 private:
  explicit Matmul(std::shared_ptr<State> state) : state_(std::move(state)) {}
  std::shared_ptr<State> state_;
};

}  // namespace thalweg
