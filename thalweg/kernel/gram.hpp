// Weighted Gram matrices: the sum over rows of c_i (x_i, 1)(x_i, 1)', blocked through the caches.
#pragma once

#include <cstddef>

#include "thalweg/kernel/design.hpp"

namespace thalweg {

// One Gram matrix of p columns and the ones: entry (a, b), a <= b <= p, at a * gram_stride(p) + b.
// What lies below the diagonal or beyond p means nothing.
inline size_t gram_stride(size_t columns) { return (columns + 16) / 16 * 16; }
inline size_t gram_size(size_t columns) { return gram_stride(columns) * gram_stride(columns); }

// The most rows that gram_rows takes at once, so that its copies of them fit the second-level
// cache, and the numbers that it needs for these copies.
size_t gram_block_rows(size_t columns);
size_t gram_workspace(size_t columns);

// Products in float32, twice as many at once: cells and factors rounded to it, blocks of rows summed in
// it and these sums in double.
enum class GramPrecision { full, single };

// sums [count, gram_size] += for each of `count` weightings the Gram matrix of the rows [begin,
// end) with factor [count, end - begin]. workspace is [gram_workspace], aligned to 64 bytes.
void gram_rows(const DenseMatrix<double>& matrix, GramPrecision precision, size_t begin, size_t end,
               size_t count, const double* factor, double* sums, double* workspace);
void gram_rows(const DenseMatrix<UnalignedDouble>& matrix, GramPrecision precision, size_t begin,
               size_t end, size_t count, const double* factor, double* sums, double* workspace);
void gram_rows(const DenseMatrix<float>& matrix, GramPrecision precision, size_t begin, size_t end,
               size_t count, const double* factor, double* sums, double* workspace);

}  // namespace thalweg
