// A compiled program's parts: kernel calls, and the memory that they read and write.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "thalweg/tensor/buffer.hpp"

namespace thalweg {

enum class Home : uint8_t { arena, input, result, constant };

// A piece of memory that kernels read or write.
struct Storage {
  Home home = Home::arena;
  size_t bytes = 0;
  size_t index = 0;   // of the input, result or constant
  size_t offset = 0;  // in the arena
};

// Of the addresses of reads and writes, and of scratch memory.
using KernelRun = std::function<void(void* const* at, void* scratch)>;

// One kernel call.
struct KernelCall {
  std::string text;
  std::vector<size_t> reads, writes;  // storages; `at` has the reads, then the writes
  size_t scratch = 0;                 // bytes
  KernelRun run;
  // The write that may take the memory of a read: tile outputs over an operand of the same extent.
  std::vector<std::pair<size_t, size_t>> in_place;  // (write, read), places in those lists
};

struct Lowered {
  std::vector<KernelCall> calls;
  std::vector<Storage> storages;
  std::vector<Buffer<std::byte>> constants;
};

}  // namespace thalweg
