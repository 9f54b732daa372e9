// Counter-based random numbers: Philox4x32-10 keyed by (seed, stream) and counted by index, so that
// the number at an index does not depend on what was drawn before, on threads or on batches.
// Source: Salmon, Moraes, Dror, Shaw, "Parallel random numbers: as easy as 1, 2, 3", SC 2011.
#pragma once

#include <array>
#include <cstdint>

namespace thalweg {

// The 128 random bits at `counter` under `key`.
std::array<uint32_t, 4> philox(std::array<uint32_t, 4> counter, std::array<uint32_t, 2> key);

// A stream of numbers; copy it to go on from the same place twice.
class Random {
 public:
  // `stream` separates uses of one seed: give each use its own.
  Random(uint64_t seed, uint64_t stream, uint64_t index = 0)
      : seed_(seed), stream_(stream), index_(index) {}

  uint64_t bits();
  // Uniform in [0, 1), 53 bits.
  double uniform();
  // Standard normal (Box-Muller, two uniforms a number).
  double normal();
  // Uniform integer in [0, bound), without modulo bias; bound >= 1.
  uint64_t below(uint64_t bound);

  uint64_t index() const { return index_; }

 private:
  uint64_t seed_, stream_, index_;
};

}  // namespace thalweg
