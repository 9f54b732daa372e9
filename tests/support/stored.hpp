// Numbers of any dtype in memory, read and written as doubles.
#pragma once

#include <cmath>
#include <cstddef>
#include <cstring>
#include <vector>

#include "thalweg/base/random.hpp"
#include "thalweg/kernel/tile/tile_number.hpp"
#include "thalweg/tensor/buffer.hpp"

namespace thalweg {

inline double get(DType dtype, const void* from, size_t i) {
  return switch_number(dtype, [&](auto number) {
    typename decltype(number)::Stored stored;
    std::memcpy(&stored, static_cast<const std::byte*>(from) + i * sizeof(stored), sizeof(stored));
    return decltype(number)::template read<double>(stored);
  });
}

template <class T>
void put(DType dtype, void* to, size_t i, T x) {
  switch_number(dtype, [&](auto number) {
    const typename decltype(number)::Stored stored = decltype(number)::write(x);
    std::memcpy(static_cast<std::byte*>(to) + i * sizeof(stored), &stored, sizeof(stored));
  });
}

// `count` numbers.
struct Stored {
  DType dtype;
  Buffer<std::byte> memory;

  Stored(DType type, size_t count) : dtype(type), memory(count * size_of(type), std::byte{0}) {}

  static Stored normal(DType dtype, size_t count, Random& random) {
    Stored out(dtype, count);
    for (size_t i = 0; i < count; ++i) out.put(i, random.normal());
    return out;
  }

  size_t size() const { return memory.size() / size_of(dtype); }
  void* data() { return memory.data(); }
  const void* data() const { return memory.data(); }
  double operator[](size_t i) const { return get(dtype, memory.data(), i); }
  void put(size_t i, double x) { thalweg::put(dtype, memory.data(), i, x); }
};

// The relative rounding of a dtype.
inline double rounding(DType dtype) {
  return dtype == DType::float64 ? 0x1p-53 : dtype == DType::float32 ? 0x1p-24 : 0x1p-8;
}

}  // namespace thalweg
