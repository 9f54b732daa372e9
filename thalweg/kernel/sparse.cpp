#include "thalweg/kernel/sparse.hpp"

#include "thalweg/kernel/gram.hpp"

namespace thalweg {
namespace {

// The cells of one row.
struct Row {
  const int32_t* column;
  const double* value;
  size_t count;

  Row(const SparseMatrix& matrix, size_t i)
      : column(matrix.column.data() + matrix.begin[i]),
        value(matrix.value.data() + matrix.begin[i]),
        count(static_cast<size_t>(matrix.begin[i + 1] - matrix.begin[i])) {}
};

// Four sums, so that additions need not wait for one another.
double dot(const Row& row, const double* x) {
  double a = 0, b = 0, c = 0, d = 0;
  size_t at = 0;
  for (; at + 4 <= row.count; at += 4) {
    a += row.value[at] * x[row.column[at]];
    b += row.value[at + 1] * x[row.column[at + 1]];
    c += row.value[at + 2] * x[row.column[at + 2]];
    d += row.value[at + 3] * x[row.column[at + 3]];
  }
  for (; at < row.count; ++at) a += row.value[at] * x[row.column[at]];
  return (a + b) + (c + d);
}

}  // namespace

void predict_rows(const SparseMatrix& matrix, size_t begin, size_t end, size_t outputs,
                  const double* x, double* z) {
  const size_t rows = end - begin;
  for (size_t i = 0; i < rows; ++i) {
    const Row row(matrix, begin + i);
    for (size_t k = 0; k < outputs; ++k)
      z[k * rows + i] = dot(row, x + k * matrix.columns) + x[outputs * matrix.columns + k];
  }
}

void combine_rows(const SparseMatrix& matrix, size_t begin, size_t end, size_t outputs,
                  const double* r, double* sums) {
  const size_t rows = end - begin;
  for (size_t i = 0; i < rows; ++i) {
    const Row row(matrix, begin + i);
    for (size_t k = 0; k < outputs; ++k) {
      const double factor = r[k * rows + i];
      double* to = sums + k * matrix.columns;
      for (size_t at = 0; at < row.count; ++at) to[row.column[at]] += factor * row.value[at];
      sums[outputs * matrix.columns + k] += factor;
    }
  }
}

void gram_rows(const SparseMatrix& matrix, GramPrecision, size_t begin, size_t end, size_t count,
               const double* factor, double* sums, double*) {
  const size_t p = matrix.columns, rows = end - begin, stride = gram_stride(p);
  for (size_t which = 0; which < count; ++which)
    for (size_t i = 0; i < rows; ++i) {
      const Row row(matrix, begin + i);
      const double c = factor[which * rows + i];
      double* out = sums + which * gram_size(p);
      for (size_t a = 0; a < row.count; ++a) {
        double* line = out + static_cast<size_t>(row.column[a]) * stride;
        const double scaled = c * row.value[a];
        for (size_t b = a; b < row.count; ++b) line[row.column[b]] += scaled * row.value[b];
        line[p] += scaled;
      }
      out[p * stride + p] += c;
    }
}

}  // namespace thalweg
