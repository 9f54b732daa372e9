// Counter-based uniform numbers for tensors.
#pragma once

#include <cstddef>
#include <cstdint>

#include "thalweg/tensor/dtype.hpp"

namespace thalweg {

// Element j of row i, uniform in [0, 1): (philox({j / 4, j / 4 >> 32, stream, 0}, keys[i])[j % 4]
// >> 8) / 2^24. keys [rows, 2], to [rows, columns], float32 or float64. It depends on its key, the
// stream and j alone, not on how a batch is split, the threads or the instruction set.
void random_uniform(DType dtype, const int32_t* keys, uint32_t stream, size_t rows, size_t columns,
                    void* to);

}  // namespace thalweg
