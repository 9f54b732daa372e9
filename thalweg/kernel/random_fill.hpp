// Counter-based uniform numbers for tensors.
#pragma once

#include <cstddef>
#include <cstdint>

#include "thalweg/tensor/dtype.hpp"

namespace thalweg {

// Number `first + i` of the stream that each key names, uniform in [0, 1): keys [rows, 4] (seed,
// then stream, low words first), to [rows, columns], float32 (24 bits, word j mod 4 of
// philox({j / 4, stream}, seed)) or float64 (53 bits, words 2 (j mod 2) and the next one of
// philox({j / 2, stream}, seed)). A number depends on its key and j alone, not on rows, columns,
// threads or the instruction set.
void random_uniform(DType dtype, const int32_t* keys, size_t rows, size_t columns, uint64_t first,
                    void* to);

}  // namespace thalweg
