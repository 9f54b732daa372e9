// The small layout, the start and the gradients of tests/oracle/transforms.py.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "thalweg/optim/transform/optimizer.hpp"

namespace thalweg::testing {

// SplitMix64 of a counter, in [0, 1).
inline double uniform(uint64_t counter) {
  uint64_t z = (counter + 1) * 0x9E3779B97F4A7C15u;
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
  z = z ^ (z >> 31);
  return static_cast<double>(z >> 11) * 0x1p-53;
}

inline Layout recorded_layout() {
  Layout out;
  out.add("weight", {3, 4}).add("bias", {3}).add("kernel", {2, 2, 2, 1}).add("scale", {1});
  return out;
}

inline std::vector<double> recorded_start(size_t size) {
  std::vector<double> out(size);
  for (size_t i = 0; i < size; ++i) out[i] = 2 * uniform(i) - 1;
  return out;
}

// Of step t = 1, 2, ...
inline std::vector<double> recorded_gradient(size_t size, long long t) {
  const double spread[] = {0.01, 1.0, 5.0, 0.125};
  std::vector<double> out(size);
  for (size_t i = 0; i < size; ++i) {
    const double drift = 0.25 * (static_cast<double>(i % 3) - 1);
    out[i] = spread[i % 4] * (2 * uniform(1000 * static_cast<uint64_t>(t) + i) - 1 + drift);
  }
  return out;
}

// A chain with memory of its own.
template <class T>
struct Running {
  Optimizer<T> optimizer;
  std::vector<Buffer<T>> arrays;
  std::vector<double> memory;
  OptimizerState<T> state;

  Running(const Chain& chain, const Layout& layout, std::span<const T> x)
      : optimizer(chain, layout), memory(optimizer.memory()) {
    for (const auto& array : optimizer.arrays())
      state.arrays.emplace_back(arrays.emplace_back(array.size));
    state.memory = memory;
    optimizer.start(x, state);
  }
};

}  // namespace thalweg::testing
