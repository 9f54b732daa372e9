#include "thalweg/kernel/random_fill.hpp"

#include <algorithm>
#include <array>
#include <cstring>

#include "thalweg/base/random.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "thalweg/kernel/random_fill.cpp"
#include "hwy/foreach_target.h"
#include "hwy/highway.h"

HWY_BEFORE_NAMESPACE();
namespace thalweg {
namespace HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

// Philox4x32-10 (base/random.hpp) for the counters first, first + 1, ..., as many as a vector has
// lanes of 64 bits: word w of counter first + i stands in memory as number 4 i + w of 32 bits.
// Returns how many counters.
size_t philox_words(uint64_t first, uint32_t stream, const uint32_t* key, uint64_t* words) {
#if HWY_TARGET == HWY_SCALAR
  const std::array<uint32_t, 4> one =
      philox({static_cast<uint32_t>(first), static_cast<uint32_t>(first >> 32), stream, 0},
             {key[0], key[1]});
  std::memcpy(words, one.data(), sizeof(one));
  return 1;
#else
  const hn::CappedTag<uint64_t, 8> d;
  const hn::Repartition<uint32_t, decltype(d)> d32;
  using V = hn::Vec<decltype(d)>;
  const V low = hn::Set(d, 0xFFFFFFFF);
  const V counter = hn::Add(hn::Set(d, first), hn::Iota(d, 0));
  V c0 = hn::And(counter, low), c1 = hn::ShiftRight<32>(counter), c2 = hn::Set(d, stream),
    c3 = hn::Zero(d);
  const auto a32 = hn::BitCast(d32, hn::Set(d, 0xD2511F53)),
             b32 = hn::BitCast(d32, hn::Set(d, 0xCD9E8D57));
  uint32_t k0 = key[0], k1 = key[1];
  for (int round = 0; round < 10; ++round) {
    const V a = hn::MulEven(a32, hn::BitCast(d32, c0)), b = hn::MulEven(b32, hn::BitCast(d32, c2));
    c0 = hn::Xor(hn::Xor(hn::ShiftRight<32>(b), c1), hn::Set(d, uint64_t{k0}));
    c1 = hn::And(b, low);
    c2 = hn::Xor(hn::Xor(hn::ShiftRight<32>(a), c3), hn::Set(d, uint64_t{k1}));
    c3 = hn::And(a, low);
    k0 += 0x9E3779B9;
    k1 += 0xBB67AE85;
  }
  // Words 0 and 1 of a counter, then 2 and 3.
  hn::StoreInterleaved2(hn::Or(c0, hn::ShiftLeft<32>(c1)), hn::Or(c2, hn::ShiftLeft<32>(c3)), d,
                        words);
  return hn::Lanes(d);
#endif
}

// Elements [begin, end) of one row; begin is a multiple of 4.
template <class T>
void fill_row(const uint32_t* key, uint32_t stream, size_t begin, size_t end, T* to) {
  HWY_ALIGN uint64_t pairs[16] = {};
  HWY_ALIGN uint32_t words[32];
  for (size_t j = begin; j < end;) {
    const size_t made = 4 * philox_words(j / 4, stream, key, pairs);
    std::memcpy(words, pairs, sizeof(words));
    const size_t count = std::min(made, end - j);
    for (size_t i = 0; i < count; ++i)
      to[j + i] = static_cast<T>(static_cast<int32_t>(words[i] >> 8)) * static_cast<T>(0x1p-24);
    j += count;
  }
}

void fill_float(const uint32_t* key, uint32_t stream, size_t begin, size_t end, float* to) {
  fill_row(key, stream, begin, end, to);
}
void fill_double(const uint32_t* key, uint32_t stream, size_t begin, size_t end, double* to) {
  fill_row(key, stream, begin, end, to);
}

}  // namespace HWY_NAMESPACE
}  // namespace thalweg
HWY_AFTER_NAMESPACE();

#if HWY_ONCE

#include <fmt/format.h>

#include <stdexcept>

#include "thalweg/base/parallel.hpp"

namespace thalweg {

HWY_EXPORT(fill_float);
HWY_EXPORT(fill_double);

void random_uniform(DType dtype, const int32_t* keys, uint32_t stream, size_t rows, size_t columns,
                    void* to) {
  if (dtype != DType::float32 && dtype != DType::float64)
    throw std::logic_error(
        fmt::format("random_uniform: {}; expected float32 or float64", name_of(dtype)));
  struct Work {
    DType dtype;
    const int32_t* keys;
    uint32_t stream;
    size_t columns, pieces, piece;
    void* to;
  } work{dtype, keys, stream, columns, 0, 16384, to};
  work.pieces = block_count(columns, work.piece);
  // Short rows go several to a block.
  const size_t together = std::max<size_t>(1, work.piece / std::max<size_t>(1, columns));
  parallel_blocks(rows * work.pieces, together, [&work](size_t, size_t first, size_t last) {
    for (size_t unit = first; unit < last; ++unit) {
      const size_t row = unit / work.pieces, begin = unit % work.pieces * work.piece;
      const size_t end = std::min(work.columns, begin + work.piece);
      const uint32_t key[2] = {static_cast<uint32_t>(work.keys[2 * row]),
                               static_cast<uint32_t>(work.keys[2 * row + 1])};
      if (work.dtype == DType::float32) HWY_DYNAMIC_DISPATCH(fill_float)
      (key, work.stream, begin, end, static_cast<float*>(work.to) + row * work.columns);
      else HWY_DYNAMIC_DISPATCH(fill_double)(key, work.stream, begin, end,
                                             static_cast<double*>(work.to) + row * work.columns);
    }
  });
}

}  // namespace thalweg

#endif
