// The design matrix of a linear predictor, as it lies in memory.
#pragma once

#include <cstdint>
#include <variant>

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

// Cells are finite. float cells are exact doubles: arithmetic is in double everywhere.
using Design = std::variant<DenseMatrix<double>, DenseMatrix<float>, SparseMatrix>;

inline size_t rows(const Design& design) {
  return std::visit([](const auto& m) { return m.rows; }, design);
}
inline size_t columns(const Design& design) {
  return std::visit([](const auto& m) { return m.columns; }, design);
}

}  // namespace thalweg
