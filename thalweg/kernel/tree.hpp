// Sums over rows as a tree of fixed shape: parts of the rows, summed one after the other, then
// pairs of parts. The shape depends on the design and the size of the sum alone, so that its bits
// do not depend on the number of threads.
#pragma once

#include <algorithm>
#include <functional>
#include <span>

#include "thalweg/base/memory_limit.hpp"
#include "thalweg/kernel/design.hpp"

namespace thalweg {

struct Tree {
  size_t rows;   // of the design
  size_t block;  // rows that a sweep takes at once
  size_t part;   // rows of a part, a multiple of block

  size_t parts() const { return (rows + part - 1) / part; }
};

// For vectors of `size` numbers, of which one row changes size * (cells of a row) / columns. Few
// parts where zeroing and adding up would cost more than the sweep, one where threads would not
// pay.
Tree sweep_tree(const Design& design, size_t size);

// For Gram matrices of `size` numbers, bounded in memory rather: 2^23 numbers, or two matrices.
Tree gram_tree(const Design& design, size_t size);

// Calls body(part, begin, end) for all parts, in parallel.
void each_part(const Tree& tree,
               const std::function<void(size_t part, size_t begin, size_t end)>& body);

// out [size] = the sum of what body(part, begin, end, sums) adds into sums [size].
void sum_parts(
    const Tree& tree, std::span<double> out,
    const std::function<void(size_t part, size_t begin, size_t end, double* sums)>& body);

// Calls body(begin, end) for the blocks of a part, in order.
template <class Body>
void each_block(const Tree& tree, size_t begin, size_t end, const Body& body) {
  for (size_t at = begin; at < end; at += tree.block) {
    body(at, std::min(end, at + tree.block));
    keep_memory_limit();
  }
}

}  // namespace thalweg
