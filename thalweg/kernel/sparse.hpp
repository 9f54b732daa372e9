// Products of a block of rows of a sparse matrix: with parameters, with residuals, with themselves.
//
// Plain loops over the cells of a row. On Zen 4 a gather of eight doubles is slower than eight
// loads, and the rows of sparse tables are short: a vector would stand half empty.
#pragma once

#include <cstddef>

#include "thalweg/kernel/design.hpp"
#include "thalweg/kernel/gram.hpp"

namespace thalweg {

// As those of dense.hpp.
void predict_rows(const SparseMatrix& matrix, size_t begin, size_t end, size_t outputs,
                  const double* x, double* z);
void combine_rows(const SparseMatrix& matrix, size_t begin, size_t end, size_t outputs,
                  const double* r, double* sums);

inline void combine_and_predict_rows(const SparseMatrix& matrix, size_t begin, size_t end,
                                     size_t next, size_t outputs, const double* r, double* sums,
                                     const double* x, double* z) {
  combine_rows(matrix, begin, end, outputs, r, sums);
  predict_rows(matrix, end, next, outputs, x, z);
}

// As gram_rows of gram.hpp; always in full precision, and workspace is not used.
void gram_rows(const SparseMatrix& matrix, GramPrecision precision, size_t begin, size_t end,
               size_t count, const double* factor, double* sums, double* workspace);

}  // namespace thalweg
