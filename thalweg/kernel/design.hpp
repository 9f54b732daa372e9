// The design matrix of a linear predictor, as it lies in memory.
#pragma once

#include <cstdint>
#include <variant>

#include "thalweg/base/unaligned.hpp"
#include "thalweg/tensor/buffer.hpp"

namespace thalweg {

// Row-major: cell (i, j) at data[i * columns + j].
template <class T>
struct DenseMatrix {
  size_t rows = 0, columns = 0;
  Buffer<T> data;
};

// Compressed by rows (CSR) or, transposed, by columns (CSC).
struct SparseMatrix {
  size_t rows = 0, columns = 0;
  Buffer<int64_t> begin;   // [rows + 1]
  Buffer<int32_t> column;  // [cells], ascending in a row
  Buffer<double> value;    // [cells]
};

SparseMatrix transpose(const SparseMatrix& matrix);

// Cells are finite. float cells are exact doubles: arithmetic is in double everywhere. Unaligned ones
// lie in the file that they were read from.
using Design = std::variant<DenseMatrix<double>, DenseMatrix<UnalignedDouble>, DenseMatrix<float>,
                            SparseMatrix>;

inline size_t rows(const Design& design) {
  return std::visit([](const auto& m) { return m.rows; }, design);
}
inline size_t columns(const Design& design) {
  return std::visit([](const auto& m) { return m.columns; }, design);
}

// Calls body(column, cell) for the cells of row i; of sparse rows, those that are stored.
template <class Cell, class Body>
void each_cell(const DenseMatrix<Cell>& matrix, size_t i, const Body& body) {
  const Cell* row = matrix.data.data() + i * matrix.columns;
  for (size_t j = 0; j < matrix.columns; ++j) body(j, static_cast<double>(row[j]));
}

template <class Body>
void each_cell(const SparseMatrix& matrix, size_t i, const Body& body) {
  const size_t last = static_cast<size_t>(matrix.begin[i + 1]);
  for (size_t at = static_cast<size_t>(matrix.begin[i]); at < last; ++at)
    body(static_cast<size_t>(matrix.column[at]), matrix.value[at]);
}

}  // namespace thalweg
