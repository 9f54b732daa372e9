#include "thalweg/kernel/tree.hpp"

#include <algorithm>

#include "thalweg/base/parallel.hpp"
#include "thalweg/kernel/dense.hpp"
#include "thalweg/kernel/gram.hpp"

namespace thalweg {
namespace {

constexpr size_t most_parts = 64;
constexpr size_t cells_worth_a_part = 32768;  // about 20 microseconds

// Cells, intercepts included.
size_t cells(const Design& design) {
  if (const auto* sparse = std::get_if<SparseMatrix>(&design))
    return sparse->value.size() + sparse->rows;
  return rows(design) * (columns(design) + 1);
}

Tree cut(size_t rows, size_t block, size_t parts) {
  const size_t even = (rows + parts - 1) / parts;
  return {rows, block, std::max<size_t>(1, (even + block - 1) / block) * block};
}

template <class Cell>
size_t block_rows(const DenseMatrix<Cell>& matrix) {
  return dense_block_rows(matrix.columns, sizeof(Cell));
}
size_t block_rows(const SparseMatrix&) { return 128; }

}  // namespace

Tree sweep_tree(const Design& design, size_t size) {
  const size_t count = cells(design), width = columns(design) + 1;
  const size_t outputs = std::max<size_t>(1, size / width);
  const size_t cheap = std::clamp<size_t>(count / (4 * width), 4, most_parts);
  const size_t parts = std::clamp<size_t>(count * outputs / cells_worth_a_part, 1, cheap);
  const size_t block = std::visit([](const auto& m) { return block_rows(m); }, design);
  return cut(rows(design), block, parts);
}

Tree gram_tree(const Design& design, size_t size) {
  const size_t block =
      std::holds_alternative<SparseMatrix>(design) ? 128 : gram_block_rows(columns(design));
  const size_t few =
      std::clamp<size_t>((size_t{1} << 23) / std::max<size_t>(1, size), 2, most_parts);
  return cut(rows(design), block, std::clamp<size_t>(rows(design) / 128, 1, few));
}

void each_block(const Tree& tree, const std::function<void(size_t, size_t, size_t)>& body) {
  parallel_blocks(tree.rows, tree.part, [&](size_t part, size_t begin, size_t end) {
    for (size_t at = begin; at < end; at += tree.block)
      body(part, at, std::min(end, at + tree.block));
  });
}

void sum_blocks(const Tree& tree, std::span<double> out,
                const std::function<void(size_t, size_t, size_t, double*)>& body) {
  const size_t size = out.size(), parts = tree.parts();
  // A part's sums start at a cache line of their own.
  const size_t stride = (size + 7) / 8 * 8;
  Buffer<double> sums(parts * stride);
  parallel_blocks(tree.rows, tree.part, [&](size_t part, size_t begin, size_t end) {
    double* mine = sums.data() + part * stride;
    std::fill(mine, mine + size, 0.0);
    for (size_t at = begin; at < end; at += tree.block)
      body(part, at, std::min(end, at + tree.block), mine);
  });
  if (parts == 0) std::fill(out.begin(), out.end(), 0.0);
  if (parts == 0) return;
  parallel_blocks(size, 8192, [&](size_t, size_t begin, size_t end) {
    for (size_t width = 1; width < parts; width *= 2)
      for (size_t part = 0; part + width < parts; part += 2 * width) {
        double* to = sums.data() + part * stride;
        const double* from = to + width * stride;
        for (size_t j = begin; j < end; ++j) to[j] += from[j];
      }
    std::copy(sums.data() + begin, sums.data() + end, out.data() + begin);
  });
}

}  // namespace thalweg
