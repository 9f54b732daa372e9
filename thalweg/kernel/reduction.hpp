// Reduction: sums or maxima over any axes of a dense tensor.
#pragma once

#include <vector>

#include "thalweg/kernel/tile/tile_kernel.hpp"
#include "thalweg/tensor/shape.hpp"

namespace thalweg {

class Reduction {
 public:
  // axes: increasing, of `shape`. The result has the other axes, in order, and the same dtype. The
  // sum and the maximum over no element are 0 and -infinity (the least int32, false). Sums of
  // float32 and bfloat16 are in float32 within tiles and float64 above them; int32 is summed in
  // float64 and saturates.
  static Reduction make(TileReductionKind kind, DType dtype, const Shape& shape,
                        const std::vector<size_t>& axes);

  // Bytes of scratch memory, aligned to 64, that a run needs.
  size_t scratch() const { return scratch_; }
  void run(const void* from, void* to, void* scratch) const;

 private:
  // One kernel run over [rows, columns] for each of `outer` consecutive matrices.
  struct Pass {
    TileKernel kernel;
    size_t outer;
    TileSize size;
    size_t input, output;  // bytes of one matrix and of its result
  };
  std::vector<Pass> passes_;
  std::vector<size_t> places_;  // of the results between passes, in scratch memory
  size_t scratch_ = 0, pass_scratch_ = 0;
  bool empty_ = false;  // of booleans, none
};

}  // namespace thalweg
