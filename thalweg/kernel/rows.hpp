// Kernels over the rows of a matrix: gather, its transpose, and argmax.
#pragma once

#include <cstddef>
#include <cstdint>

#include "thalweg/tensor/dtype.hpp"

namespace thalweg {

// to[i] = table[indices[i]]: table [rows, width], indices [count], to [count, width]. Any dtype.
// Throws Error with one line that names the first index outside [0, rows).
void gather_rows(DType dtype, size_t rows, size_t width, const void* table, const int32_t* indices,
                 size_t count, void* to);

// to = 0, then to[indices[i]] += updates[i] in the order of i, whatever the threads: indices
// [count], updates [count, width], to [rows, width]. float64, float32, bfloat16 (rounded at each
// addition), int32 (wraps). Throws Error with one line that names the first index outside.
void scatter_add_rows(DType dtype, size_t rows, size_t width, const int32_t* indices,
                      const void* updates, size_t count, void* to);

// The place of the largest number in each row of from [rows, columns], columns >= 1: the first of
// equal ones; NaN counts as the largest. Any dtype.
void argmax_rows(DType dtype, size_t rows, size_t columns, const void* from, int32_t* to);

}  // namespace thalweg
