// Statistics of the columns of a design: read once a fit, so plain loops.
#include <algorithm>
#include <cmath>

#include "thalweg/kernel/linear.hpp"
#include "thalweg/kernel/tree.hpp"

namespace thalweg {

void column_squares(const Samples& samples, std::span<double> squares) {
  const Tree tree = sweep_tree(*samples.design, squares.size());
  std::visit(
      [&](const auto& matrix) {
        sum_parts(tree, squares, [&](size_t, size_t begin, size_t end, double* sums) {
          for (size_t i = begin; i < end; ++i) {
            const double s = weight_of(samples, i);
            each_cell(matrix, i, [&](size_t j, double cell) { sums[j] += s * cell * cell; });
          }
        });
      },
      *samples.design);
  for (double& item : squares) item /= samples.total_weight;
}

void column_maxima(const Design& design, std::span<double> maxima) {
  const Tree tree = sweep_tree(design, maxima.size());
  const size_t size = maxima.size();
  Buffer<double> tops(tree.parts() * size, 0.0);
  std::visit(
      [&](const auto& matrix) {
        each_part(tree, [&](size_t part, size_t begin, size_t end) {
          double* top = tops.data() + part * size;
          for (size_t i = begin; i < end; ++i)
            each_cell(matrix, i,
                      [&](size_t j, double cell) { top[j] = std::max(top[j], std::abs(cell)); });
        });
      },
      design);
  std::fill(maxima.begin(), maxima.end(), 0.0);
  for (size_t at = 0; at < tops.size(); ++at)
    maxima[at % size] = std::max(maxima[at % size], tops[at]);
}

SparseMatrix transpose(const SparseMatrix& matrix) {
  const size_t cells = matrix.value.size();
  SparseMatrix out{matrix.columns, matrix.rows, Buffer<int64_t>(matrix.columns + 1, 0),
                   Buffer<int32_t>(cells), Buffer<double>(cells)};
  for (const int32_t column : matrix.column) ++out.begin[static_cast<size_t>(column) + 1];
  for (size_t j = 0; j < matrix.columns; ++j) out.begin[j + 1] += out.begin[j];
  Buffer<int64_t> next = out.begin;
  for (size_t i = 0; i < matrix.rows; ++i)
    each_cell(matrix, i, [&](size_t j, double cell) {
      const size_t to = static_cast<size_t>(next[j]++);
      out.column[to] = static_cast<int32_t>(i);
      out.value[to] = cell;
    });
  return out;
}

}  // namespace thalweg
