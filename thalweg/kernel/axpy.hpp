// Sums and products of contiguous numbers, on vectors: what coordinate descent spends its time in.
#pragma once

#include <cstddef>

namespace thalweg {

// y [n] += a x [n].
void add_scaled(size_t n, double a, const double* x, double* y);

// x'y of x, y [n], in four sums of vectors.
double dot(size_t n, const double* x, const double* y);

// out[i * stride + j] = a_i'b_j for all i < rows, j < columns; a_i, b_j [n], n a multiple of 8. Four by
// four vectors at a time, in pieces that stay in the first-level cache.
void cross_products(size_t n, const double* const* a, size_t rows, const double* const* b,
                    size_t columns, double* out, size_t stride);

}  // namespace thalweg
