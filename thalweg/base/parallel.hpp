// Parallel loops over fixed blocks. The blocks depend on the length alone, never on the number of
// threads, so that sums over them keep their bits. Exceptions do not cross the parallel region: the
// first one is kept and thrown by the caller's thread.
#pragma once

#include <cstddef>
#include <functional>
#include <vector>

namespace thalweg {

// The threads that parallel loops use; 0 restores the machine's number.
void set_threads(int count);
int threads();

// Calls body(block, begin, end) for each block of `size` items of [0, length), in parallel.
void parallel_blocks(size_t length, size_t size,
                     const std::function<void(size_t block, size_t begin, size_t end)>& body);

inline size_t block_count(size_t length, size_t size) { return (length + size - 1) / size; }

// The sum of body(i) over [0, length): in order within blocks of 8192, then over the blocks in
// order. No path adds more than sum_chain(length) numbers.
template <class Body>
double parallel_sum(size_t length, const Body& body) {
  constexpr size_t size = 8192;
  std::vector<double> partial(block_count(length, size));
  parallel_blocks(length, size, [&](size_t block, size_t begin, size_t end) {
    double sum = 0;
    for (size_t i = begin; i < end; ++i) sum += body(i);
    partial[block] = sum;
  });
  double sum = 0;
  for (double part : partial) sum += part;
  return sum;
}

inline size_t sum_chain(size_t length) { return 8192 + length / 8192 + 1; }

}  // namespace thalweg
