#include "thalweg/objective/column_sample.hpp"

#include <algorithm>

#include "thalweg/base/parallel.hpp"

namespace thalweg {
namespace {

constexpr size_t block_rows = 1024;

template <class Cell>
Design take(const DenseMatrix<Cell>& whole, std::span<const size_t> columns) {
  DenseMatrix<double> out{whole.rows, columns.size(), Buffer<double>(whole.rows * columns.size())};
  parallel_blocks(whole.rows, block_rows, [&](size_t, size_t begin, size_t end) {
    for (size_t i = begin; i < end; ++i) {
      const Cell* row = whole.data.data() + i * whole.columns;
      double* to = out.data.data() + i * columns.size();
      for (size_t k = 0; k < columns.size(); ++k) to[k] = static_cast<double>(row[columns[k]]);
    }
  });
  return out;
}

Design take(const SparseMatrix& whole, std::span<const size_t> columns) {
  std::vector<int32_t> place(whole.columns, -1);
  for (size_t k = 0; k < columns.size(); ++k) place[columns[k]] = static_cast<int32_t>(k);
  SparseMatrix out{whole.rows, columns.size(), Buffer<int64_t>(whole.rows + 1, 0), {}, {}};
  for (size_t i = 0; i < whole.rows; ++i) {
    out.begin[i + 1] = out.begin[i];
    each_cell(whole, i, [&](size_t j, double) { out.begin[i + 1] += place[j] >= 0; });
  }
  const size_t cells = static_cast<size_t>(out.begin[whole.rows]);
  out.column = Buffer<int32_t>(cells);
  out.value = Buffer<double>(cells);
  parallel_blocks(whole.rows, block_rows, [&](size_t, size_t begin, size_t end) {
    for (size_t i = begin; i < end; ++i) {
      size_t at = static_cast<size_t>(out.begin[i]);
      each_cell(whole, i, [&](size_t j, double cell) {
        if (place[j] < 0) return;
        out.column[at] = place[j];
        out.value[at++] = cell;
      });
    }
  });
  return out;
}

}  // namespace

ColumnSample::ColumnSample(const Samples& whole, std::span<const size_t> columns)
    : design_(std::visit([&](const auto& matrix) { return take(matrix, columns); }, *whole.design)),
      samples_(whole) {
  samples_.design = &design_;
}

}  // namespace thalweg
