// Parallel loops over fixed blocks. The blocks depend on the length alone, never on the number of
// threads, so that sums over them keep their bits. Exceptions do not cross the parallel region: the
// first one is kept and thrown by the caller's thread.
#pragma once

#include <cstddef>
#include <functional>

namespace thalweg {

// The threads that parallel loops use; 0 restores the machine's number.
void set_threads(int count);
int threads();

// Calls body(block, begin, end) for each block of `size` items of [0, length), in parallel.
void parallel_blocks(size_t length, size_t size,
                     const std::function<void(size_t block, size_t begin, size_t end)>& body);

inline size_t block_count(size_t length, size_t size) { return (length + size - 1) / size; }

}  // namespace thalweg
