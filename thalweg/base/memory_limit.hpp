// A limit on the memory that stays resident. Under one, large arrays lie in files without a name
// that are mapped, as the data are, and a watcher takes mapped pages out of memory before the limit
// is reached; touched again they come back from the system's cache or the disk. What is computed
// does not change by a bit, whatever the size of the data.
#pragma once

#include <cstddef>
#include <filesystem>
#include <string_view>

namespace thalweg {

// Bytes of "256M", "1.5G", "64MiB" or "100000000" (powers of 1024); 0 for "". Throws Error for
// other texts and for less than 64M, which the program itself needs.
size_t parse_memory(std::string_view text);

// From here on, until it is called again; 0: no limit. `folder`, made where it is not there, is
// where the arrays lie; they vanish with the process. Throws Error where no file can be made in it.
// Not to be called while other threads allocate.
void limit_memory(size_t bytes, const std::filesystem::path& folder);
// As --memory says, in the nearest folder above `run` that is there.
void limit_memory_beside(std::string_view amount, const std::filesystem::path& run);
bool memory_is_limited();
// Takes pages out where the limit is near: 2 microseconds. Loops over much data call it after each
// block (parallel_blocks does), because the watcher may have to wait for a processor.
void keep_memory_limit();

// Arrays from this size on lie in files.
constexpr size_t smallest_mapped = size_t{1} << 20;

// Memory for `bytes` in such a file, of zeros, aligned to a page; null where there is no limit or
// the array is small. Throws Error where the disk has no room for it.
void* map_scratch(size_t bytes);
// Gives it back; false, and nothing done, for memory that is not from map_scratch.
bool unmap_scratch(void* memory) noexcept;

// Pages of a file that is mapped otherwise and may be taken out of memory, until forgotten.
void add_pageable(const void* memory, size_t bytes);
void forget_pageable(const void* memory) noexcept;

}  // namespace thalweg
