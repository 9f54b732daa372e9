#include "thalweg/base/parallel.hpp"

#include <omp.h>

#include <algorithm>
#include <atomic>
#include <exception>
#include <mutex>

#include "thalweg/base/memory_limit.hpp"

namespace thalweg {
namespace {

std::atomic<int> chosen{0};

}  // namespace

void set_threads(int count) { chosen = count; }

int threads() { return chosen > 0 ? chosen.load() : omp_get_num_procs(); }

void parallel_blocks(size_t length, size_t size,
                     const std::function<void(size_t, size_t, size_t)>& body) {
  const size_t blocks = block_count(length, size);
  const auto run = [&](size_t block) {
    body(block, block * size, std::min(length, (block + 1) * size));
    keep_memory_limit();
  };
  const int workers = static_cast<int>(std::min<size_t>(blocks, static_cast<size_t>(threads())));
  if (workers <= 1 || omp_in_parallel()) {
    for (size_t block = 0; block < blocks; ++block) run(block);
    return;
  }
  std::exception_ptr failure;
  std::mutex guard;
#pragma omp parallel for schedule(dynamic, 1) num_threads(workers)
  for (size_t block = 0; block < blocks; ++block) {
    try {
      run(block);
    } catch (...) {
      const std::lock_guard<std::mutex> lock(guard);
      if (!failure) failure = std::current_exception();
    }
  }
  if (failure) std::rethrow_exception(failure);
}

}  // namespace thalweg
