#include "thalweg/tensor/buffer.hpp"

#include <sys/mman.h>

#include <cstdlib>

#include "thalweg/base/memory_limit.hpp"

namespace thalweg {

void* allocate_aligned(size_t bytes) {
  constexpr size_t huge = size_t{2} << 20;
  if (bytes == 0) return nullptr;
  if (void* mapped = map_scratch(bytes)) return mapped;
  const size_t alignment = bytes >= 2 * huge ? huge : 64;
  const size_t rounded = (bytes + alignment - 1) / alignment * alignment;
  if (rounded < bytes) throw std::bad_alloc();
  void* memory = std::aligned_alloc(alignment, rounded);
  if (memory == nullptr) throw std::bad_alloc();
  if (alignment == huge) ::madvise(memory, rounded, MADV_HUGEPAGE);
  return memory;
}

void free_aligned(void* memory) noexcept {
  if (!unmap_scratch(memory)) std::free(memory);
}

}  // namespace thalweg
