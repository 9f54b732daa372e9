// Products of a block of rows of a dense matrix, on vectors: with parameters, and with residuals.
#pragma once

#include <cstddef>

#include "thalweg/kernel/design.hpp"

namespace thalweg {

// Rows a block such that two blocks stay in the first-level cache, at least 8: of the width of a
// row alone.
size_t dense_block_rows(size_t columns, size_t cell_bytes);

// z [outputs, end - begin] = the rows [begin, end) times weights [outputs, columns] + intercepts,
// both in x.
void predict_rows(const DenseMatrix<double>& matrix, size_t begin, size_t end, size_t outputs,
                  const double* x, double* z);
void predict_rows(const DenseMatrix<UnalignedDouble>& matrix, size_t begin, size_t end,
                  size_t outputs, const double* x, double* z);
void predict_rows(const DenseMatrix<float>& matrix, size_t begin, size_t end, size_t outputs,
                  const double* x, double* z);

// sums [outputs * columns + outputs] += the sum over the rows of r_i (x_i, 1), r [outputs, end -
// begin].
void combine_rows(const DenseMatrix<double>& matrix, size_t begin, size_t end, size_t outputs,
                  const double* r, double* sums);
void combine_rows(const DenseMatrix<UnalignedDouble>& matrix, size_t begin, size_t end,
                  size_t outputs, const double* r, double* sums);
void combine_rows(const DenseMatrix<float>& matrix, size_t begin, size_t end, size_t outputs,
                  const double* r, double* sums);

// combine_rows of the rows [begin, end), which were read just before, with r, and predict_rows of the
// rows [end, next) into z. In turns of four rows of each it took a fifth longer.
void combine_and_predict_rows(const DenseMatrix<double>& matrix, size_t begin, size_t end,
                              size_t next, size_t outputs, const double* r, double* sums,
                              const double* x, double* z);
void combine_and_predict_rows(const DenseMatrix<UnalignedDouble>& matrix, size_t begin, size_t end,
                              size_t next, size_t outputs, const double* r, double* sums,
                              const double* x, double* z);
void combine_and_predict_rows(const DenseMatrix<float>& matrix, size_t begin, size_t end,
                              size_t next, size_t outputs, const double* r, double* sums,
                              const double* x, double* z);

}  // namespace thalweg
