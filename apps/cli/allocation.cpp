// The large arrays of the standard containers, which under a limit on memory lie in files as well.
#include <cstdlib>
#include <new>

#include "thalweg/base/memory_limit.hpp"

void* operator new(size_t bytes) {
  if (void* mapped = thalweg::map_scratch(bytes)) return mapped;
  if (void* memory = std::malloc(bytes > 0 ? bytes : 1)) return memory;
  throw std::bad_alloc();
}

void operator delete(void* memory) noexcept {
  if (!thalweg::unmap_scratch(memory)) std::free(memory);
}

void operator delete(void* memory, size_t) noexcept { operator delete(memory); }
