#include "thalweg/objective/row_sample.hpp"

#include <algorithm>

#include "thalweg/base/memory_limit.hpp"

namespace thalweg {
namespace {

template <class T>
DenseMatrix<T> take(const DenseMatrix<T>& whole, const std::vector<size_t>& rows) {
  DenseMatrix<T> out{rows.size(), whole.columns, Buffer<T>(rows.size() * whole.columns)};
  for (size_t i = 0; i < rows.size(); ++i) {
    std::copy_n(whole.data.data() + rows[i] * whole.columns, whole.columns,
                out.data.data() + i * whole.columns);
    keep_memory_limit();
  }
  return out;
}

SparseMatrix take(const SparseMatrix& whole, const std::vector<size_t>& rows) {
  size_t cells = 0;
  for (size_t row : rows) cells += static_cast<size_t>(whole.begin[row + 1] - whole.begin[row]);
  SparseMatrix out{rows.size(), whole.columns, Buffer<int64_t>(rows.size() + 1),
                   Buffer<int32_t>(cells), Buffer<double>(cells)};
  int64_t next = 0;
  out.begin[0] = 0;
  for (size_t i = 0; i < rows.size(); ++i) {
    const int64_t from = whole.begin[rows[i]], count = whole.begin[rows[i] + 1] - from;
    std::copy_n(whole.column.data() + from, count, out.column.data() + next);
    std::copy_n(whole.value.data() + from, count, out.value.data() + next);
    next += count;
    keep_memory_limit();
    out.begin[i + 1] = next;
  }
  return out;
}

}  // namespace

RowSample::RowSample(const Samples& whole, size_t count) {
  const size_t n = rows(*whole.design);
  count = std::min(count, n);
  std::vector<size_t> taken(count);
  for (size_t i = 0; i < count; ++i) taken[i] = i * n / count;
  design_ = std::visit([&](const auto& m) -> Design { return take(m, taken); }, *whole.design);
  if (!whole.target.empty())
    for (size_t row : taken) target_.push_back(whole.target[row]);
  samples_ = whole;
  samples_.total_weight = static_cast<double>(count);
  if (!whole.weight.empty()) {
    samples_.total_weight = 0;
    for (size_t row : taken) {
      weight_.push_back(whole.weight[row]);
      samples_.total_weight += whole.weight[row];
    }
  }
  samples_.design = &design_;
  samples_.target = target_;
  samples_.weight = weight_;
}

}  // namespace thalweg
