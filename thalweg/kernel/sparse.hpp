// Products of a block of rows of a sparse matrix: with parameters, with residuals, with themselves.
//
// Plain loops over the cells of a row. On Zen 4 a gather of eight doubles is slower than eight
// loads, and the rows of sparse tables are short: a vector would stand half empty.
#pragma once

#include <cstddef>

#include "thalweg/kernel/design.hpp"

namespace thalweg {

// As predict_rows and combine_rows of dense.hpp.
void predict_rows(const SparseMatrix& matrix, size_t begin, size_t end, size_t outputs,
                  const double* x, double* z);
void combine_rows(const SparseMatrix& matrix, size_t begin, size_t end, size_t outputs,
                  const double* r, double* sums);

// As gram_rows of gram.hpp; workspace is not used.
void gram_rows(const SparseMatrix& matrix, size_t begin, size_t end, size_t count,
               const double* factor, double* sums, double* workspace);

}  // namespace thalweg
