// Reorder: copies a tensor from one memory format into another, float32 <-> bfloat16 included.
#pragma once

#include <memory>

#include "thalweg/kernel/contraction/memory_format.hpp"

namespace thalweg {

class Reorder {
 public:
  // Formats of equal shape; types float32 and bfloat16 in any pair, or two equal types (float64,
  // int32: plain and strided only). Throws Error with one line.
  static Reorder make(const MemoryFormat& from, const MemoryFormat& to);

  size_t scratch() const;
  // `from` is not written to; one thread at a time.
  void run(const void* from, void* to, void* scratch);

  struct State;

 private:
  explicit Reorder(std::shared_ptr<State> state) : state_(std::move(state)) {}
  std::shared_ptr<State> state_;
};

}  // namespace thalweg
