#include "thalweg/base/random.hpp"

#include <cmath>
#include <numbers>

namespace thalweg {

std::array<uint32_t, 4> philox(std::array<uint32_t, 4> counter, std::array<uint32_t, 2> key) {
  for (int round = 0; round < 10; ++round) {
    const uint64_t a = uint64_t{0xD2511F53} * counter[0];
    const uint64_t b = uint64_t{0xCD9E8D57} * counter[2];
    counter = {static_cast<uint32_t>(b >> 32) ^ counter[1] ^ key[0], static_cast<uint32_t>(b),
               static_cast<uint32_t>(a >> 32) ^ counter[3] ^ key[1], static_cast<uint32_t>(a)};
    key[0] += 0x9E3779B9;
    key[1] += 0xBB67AE85;
  }
  return counter;
}

uint64_t Random::bits() {
  const std::array<uint32_t, 4> out =
      philox({static_cast<uint32_t>(index_), static_cast<uint32_t>(index_ >> 32),
              static_cast<uint32_t>(stream_), static_cast<uint32_t>(stream_ >> 32)},
             {static_cast<uint32_t>(seed_), static_cast<uint32_t>(seed_ >> 32)});
  ++index_;
  return (uint64_t{out[1]} << 32) | out[0];
}

double Random::uniform() { return static_cast<double>(bits() >> 11) * 0x1p-53; }

double Random::normal() {
  const double radius = std::sqrt(-2 * std::log1p(-uniform()));
  return radius * std::cos(2 * std::numbers::pi * uniform());
}

uint64_t Random::below(uint64_t bound) {
  const uint64_t limit = (UINT64_MAX / bound) * bound;
  uint64_t drawn = bits();
  while (drawn >= limit) drawn = bits();
  return drawn % bound;
}

}  // namespace thalweg
