#include "thalweg/kernel/pool_channels_last.hpp"

#include <algorithm>
#include <cstring>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "thalweg/kernel/pool_channels_last.cpp"
#include "hwy/foreach_target.h"
#include "hwy/highway.h"

HWY_BEFORE_NAMESPACE();
namespace thalweg {
namespace HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;
using Floats = hn::ScalableTag<float>;

// Loads as floats. uint16_t are the bits of bfloat16.
template <class D>
HWY_INLINE hn::Vec<D> read(D tag, const float* from) {
  return hn::LoadU(tag, from);
}
template <class D>
HWY_INLINE hn::Vec<D> read(D tag, const uint16_t* from) {
  const hn::Rebind<uint16_t, D> narrow;
  const hn::RebindToUnsigned<D> bits;
  return hn::BitCast(tag, hn::ShiftLeft<16>(hn::PromoteTo(bits, hn::LoadU(narrow, from))));
}

// Stores floats that are bfloat16 numbers already.
template <class D>
HWY_INLINE void write_exact(hn::Vec<D> x, D tag, float* to) {
  hn::StoreU(x, tag, to);
}
template <class D>
HWY_INLINE void write_exact(hn::Vec<D> x, [[maybe_unused]] D tag, uint16_t* to) {
  const hn::Rebind<uint16_t, D> narrow;
  const hn::RebindToSigned<D> ints;
  const hn::RebindToUnsigned<D> bits;
  const auto high = hn::ShiftRight<16>(hn::BitCast(bits, x));
  hn::StoreU(hn::DemoteTo(narrow, hn::BitCast(ints, high)), narrow, to);
}

// Rounds to the nearest, ties to even.
template <class D>
HWY_INLINE void write(hn::Vec<D> x, D tag, float* to) {
  hn::StoreU(x, tag, to);
}
template <class D>
HWY_INLINE void write(hn::Vec<D> x, D tag, uint16_t* to) {
  const hn::RebindToUnsigned<D> bits;
  const auto whole = hn::BitCast(bits, x);
  const auto odd = hn::And(hn::ShiftRight<16>(whole), hn::Set(bits, 1u));
  const auto rounded = hn::Add(whole, hn::Add(odd, hn::Set(bits, 0x7FFFu)));
  const auto quiet = hn::Or(whole, hn::Set(bits, 0x400000u));
  const auto number = hn::RebindMask(bits, hn::Eq(x, x));
  write_exact(hn::BitCast(tag, hn::IfThenElse(number, rounded, quiet)), tag, to);
}

// Calls body(tag, first channel) over the channels, whole vectors first, then one at a time.
template <class Body>
HWY_INLINE void each_channel(size_t channels, const Body& body) {
  const Floats floats;
  size_t c = 0;
  for (; c + hn::Lanes(floats) <= channels; c += hn::Lanes(floats)) body(floats, c);
  for (; c < channels; ++c) body(hn::CappedTag<float, 1>(), c);
}

// One row of windows: x [height, width, channels] of a sample, indices and y [out_width, channels].
template <class T>
void max_row(const PoolSize& s, size_t channels, size_t p, const T* x, int32_t* indices, T* y) {
  const PoolSize::Span rows = s.rows(p);
  for (size_t q = 0; q < s.out_width(); ++q) {
    const PoolSize::Span columns = s.columns(q);
    each_channel(channels, [&](auto tag, size_t c) HWY_ATTR {
      const hn::RebindToSigned<decltype(tag)> ints;
      const size_t start = rows.first * s.width + columns.first;
      auto most = read(tag, x + start * channels + c);
      auto best = hn::Set(ints, static_cast<int32_t>(start));
      for (size_t i = rows.first; i < rows.last; ++i)
        for (size_t j = columns.first; j < columns.last; ++j) {
          const size_t place = i * s.width + j;
          const auto here = read(tag, x + place * channels + c);
          // The first NaN stays.
          const auto nan = hn::And(hn::Not(hn::Eq(here, here)), hn::Eq(most, most));
          const auto better = hn::Or(hn::Gt(here, most), nan);
          most = hn::IfThenElse(better, here, most);
          best = hn::IfThenElse(hn::RebindMask(ints, better),
                                hn::Set(ints, static_cast<int32_t>(place)), best);
        }
      hn::StoreU(best, ints, indices + q * channels + c);
      if (y != nullptr) write_exact(most, tag, y + q * channels + c);
    });
  }
}
void max_row_float32(const PoolSize& s, size_t channels, size_t p, const float* x, int32_t* indices,
                     float* y) {
  max_row(s, channels, p, x, indices, y);
}
void max_row_bfloat16(const PoolSize& s, size_t channels, size_t p, const uint16_t* x,
                      int32_t* indices, uint16_t* y) {
  max_row(s, channels, p, x, indices, y);
}

// One row of windows that do not overlap: dx starts at 0.
template <class T>
void max_row_transpose(const PoolSize& s, size_t channels, size_t p, const T* dy,
                       const int32_t* indices, T* dx) {
  const PoolSize::Span rows = s.rows(p);
  for (size_t q = 0; q < s.out_width(); ++q) {
    const PoolSize::Span columns = s.columns(q);
    each_channel(channels, [&](auto tag, size_t c) HWY_ATTR {
      const hn::RebindToSigned<decltype(tag)> ints;
      const auto here = read(tag, dy + q * channels + c);
      const auto best = hn::LoadU(ints, indices + q * channels + c);
      for (size_t i = rows.first; i < rows.last; ++i)
        for (size_t j = columns.first; j < columns.last; ++j) {
          const size_t place = i * s.width + j;
          const auto hit = hn::Eq(best, hn::Set(ints, static_cast<int32_t>(place)));
          write_exact(hn::IfThenElseZero(hn::RebindMask(tag, hit), here), tag,
                      dx + place * channels + c);
        }
    });
  }
}
void max_row_transpose_float32(const PoolSize& s, size_t channels, size_t p, const float* dy,
                               const int32_t* indices, float* dx) {
  max_row_transpose(s, channels, p, dy, indices, dx);
}
void max_row_transpose_bfloat16(const PoolSize& s, size_t channels, size_t p, const uint16_t* dy,
                                const int32_t* indices, uint16_t* dx) {
  max_row_transpose(s, channels, p, dy, indices, dx);
}

template <class T>
void average_row(const PoolSize& s, size_t channels, size_t p, const T* x, T* y) {
  const PoolSize::Span rows = s.rows(p);
  const float share = 1.0F / static_cast<float>(s.window_height * s.window_width);
  for (size_t q = 0; q < s.out_width(); ++q) {
    const PoolSize::Span columns = s.columns(q);
    each_channel(channels, [&](auto tag, size_t c) HWY_ATTR {
      auto sum = hn::Zero(tag);
      for (size_t i = rows.first; i < rows.last; ++i)
        for (size_t j = columns.first; j < columns.last; ++j)
          sum = hn::Add(sum, read(tag, x + (i * s.width + j) * channels + c));
      write(hn::Mul(sum, hn::Set(tag, share)), tag, y + q * channels + c);
    });
  }
}
void average_row_float32(const PoolSize& s, size_t channels, size_t p, const float* x, float* y) {
  average_row(s, channels, p, x, y);
}
void average_row_bfloat16(const PoolSize& s, size_t channels, size_t p, const uint16_t* x,
                          uint16_t* y) {
  average_row(s, channels, p, x, y);
}

// Of one sample: dx starts at 0.
template <class T>
void average_transpose(const PoolSize& s, size_t channels, const T* dy, T* dx) {
  const float share = 1.0F / static_cast<float>(s.window_height * s.window_width);
  for (size_t p = 0; p < s.out_height(); ++p) {
    const PoolSize::Span rows = s.rows(p);
    for (size_t q = 0; q < s.out_width(); ++q) {
      const PoolSize::Span columns = s.columns(q);
      const T* from = dy + (p * s.out_width() + q) * channels;
      each_channel(channels, [&](auto tag, size_t c) HWY_ATTR {
        const auto each = hn::Mul(read(tag, from + c), hn::Set(tag, share));
        for (size_t i = rows.first; i < rows.last; ++i)
          for (size_t j = columns.first; j < columns.last; ++j) {
            T* to = dx + (i * s.width + j) * channels + c;
            write(hn::Add(read(tag, to), each), tag, to);
          }
      });
    }
  }
}
void average_transpose_float32(const PoolSize& s, size_t channels, const float* dy, float* dx) {
  average_transpose(s, channels, dy, dx);
}
void average_transpose_bfloat16(const PoolSize& s, size_t channels, const uint16_t* dy,
                                uint16_t* dx) {
  average_transpose(s, channels, dy, dx);
}

}  // namespace HWY_NAMESPACE
}  // namespace thalweg
HWY_AFTER_NAMESPACE();

#if HWY_ONCE

#include "thalweg/base/parallel.hpp"
#include "thalweg/kernel/tile/tile_number.hpp"

namespace thalweg {

HWY_EXPORT(max_row_float32);
HWY_EXPORT(max_row_bfloat16);
HWY_EXPORT(max_row_transpose_float32);
HWY_EXPORT(max_row_transpose_bfloat16);
HWY_EXPORT(average_row_float32);
HWY_EXPORT(average_row_bfloat16);
HWY_EXPORT(average_transpose_float32);
HWY_EXPORT(average_transpose_bfloat16);

namespace {

constexpr size_t block_elements = 16384;

// Calls body(item) for all items of `each` elements, in parallel.
template <class Body>
void each_item(size_t items, size_t each, const Body& body) {
  parallel_blocks(items, std::max<size_t>(1, block_elements / std::max<size_t>(1, each)),
                  [&body](size_t, size_t begin, size_t end) {
                    for (size_t item = begin; item < end; ++item) body(item);
                  });
}

// Calls body with a number of the type that holds the dtype.
template <class Body>
void with_type(DType dtype, const Body& body) {
  if (dtype == DType::bfloat16) return body(uint16_t{});
  body(float{});
}

void accumulate(float dy, float& dx) { dx += dy; }
void accumulate(uint16_t dy, uint16_t& dx) {
  dx = to_bfloat16(from_bfloat16(dx) + from_bfloat16(dy));
}

}  // namespace

void max_pool_channels_last(DType dtype, const PoolSize& size, size_t channels, const void* x,
                            int32_t* indices, void* y) {
  const size_t rows = size.out_height(), row = size.out_width() * channels;
  const size_t plane = size.height * size.width * channels;
  with_type(dtype, [&](auto type) {
    using T = decltype(type);
    each_item(size.planes * rows, row * size.window_height * size.window_width, [&](size_t item) {
      const T* from = static_cast<const T*>(x) + item / rows * plane;
      T* to = y == nullptr ? nullptr : static_cast<T*>(y) + item * row;
      if constexpr (sizeof(T) == 4) HWY_DYNAMIC_DISPATCH(max_row_float32)
      (size, channels, item % rows, from, indices + item * row, to);
      else HWY_DYNAMIC_DISPATCH(max_row_bfloat16)(size, channels, item % rows, from,
                                                  indices + item * row, to);
    });
  });
}

void max_pool_transpose_channels_last(DType dtype, const PoolSize& size, size_t channels,
                                      const void* dy, const int32_t* indices, void* dx) {
  const size_t rows = size.out_height(), row = size.out_width() * channels;
  const size_t plane = size.height * size.width * channels;
  // Where every place is in a window, every place is written.
  const bool covered = size.stride_height == size.window_height &&
                       size.stride_width == size.window_width &&
                       rows * size.stride_height >= size.height + size.top &&
                       size.out_width() * size.stride_width >= size.width + size.left;
  with_type(dtype, [&](auto type) {
    using T = decltype(type);
    each_item(size.planes, plane, [&](size_t b) {
      T* to = static_cast<T*>(dx) + b * plane;
      if (!covered) std::memset(to, 0, plane * sizeof(T));
      for (size_t p = 0; p < rows; ++p) {
        const T* from = static_cast<const T*>(dy) + (b * rows + p) * row;
        if constexpr (sizeof(T) == 4) HWY_DYNAMIC_DISPATCH(max_row_transpose_float32)
        (size, channels, p, from, indices + (b * rows + p) * row, to);
        else HWY_DYNAMIC_DISPATCH(max_row_transpose_bfloat16)(size, channels, p, from,
                                                              indices + (b * rows + p) * row, to);
      }
    });
  });
}

void pool_gather_channels_last(DType dtype, size_t batch, size_t inputs, size_t outputs,
                               size_t channels, const void* x, const int32_t* indices, void* y) {
  with_type(dtype, [&](auto type) {
    using T = decltype(type);
    each_item(batch, outputs * channels, [&](size_t b) {
      const T* from = static_cast<const T*>(x) + b * inputs * channels;
      const int32_t* at = indices + b * outputs * channels;
      T* to = static_cast<T*>(y) + b * outputs * channels;
      for (size_t j = 0; j < outputs; ++j)
        for (size_t c = 0; c < channels; ++c)
          to[j * channels + c] = from[static_cast<size_t>(at[j * channels + c]) * channels + c];
    });
  });
}

void pool_scatter_channels_last(DType dtype, size_t batch, size_t inputs, size_t outputs,
                                size_t channels, const void* dy, const int32_t* indices, void* dx) {
  with_type(dtype, [&](auto type) {
    using T = decltype(type);
    each_item(batch, inputs * channels, [&](size_t b) {
      const T* from = static_cast<const T*>(dy) + b * outputs * channels;
      T* to = static_cast<T*>(dx) + b * inputs * channels;
      std::memset(to, 0, inputs * channels * sizeof(T));
      const int32_t* at = indices + b * outputs * channels;
      for (size_t j = 0; j < outputs; ++j)
        for (size_t c = 0; c < channels; ++c)
          accumulate(from[j * channels + c],
                     to[static_cast<size_t>(at[j * channels + c]) * channels + c]);
    });
  });
}

void average_pool_channels_last(DType dtype, const PoolSize& size, size_t channels, const void* x,
                                void* y) {
  const size_t rows = size.out_height(), row = size.out_width() * channels;
  const size_t plane = size.height * size.width * channels;
  with_type(dtype, [&](auto type) {
    using T = decltype(type);
    each_item(size.planes * rows, row * size.window_height * size.window_width, [&](size_t item) {
      const T* from = static_cast<const T*>(x) + item / rows * plane;
      T* to = static_cast<T*>(y) + item * row;
      if constexpr (sizeof(T) == 4)
        HWY_DYNAMIC_DISPATCH(average_row_float32)(size, channels, item % rows, from, to);
      else
        HWY_DYNAMIC_DISPATCH(average_row_bfloat16)(size, channels, item % rows, from, to);
    });
  });
}

void average_pool_transpose_channels_last(DType dtype, const PoolSize& size, size_t channels,
                                          const void* dy, void* dx) {
  const size_t plane = size.height * size.width * channels;
  const size_t out = size.out_height() * size.out_width() * channels;
  with_type(dtype, [&](auto type) {
    using T = decltype(type);
    each_item(size.planes, plane, [&](size_t b) {
      const T* from = static_cast<const T*>(dy) + b * out;
      T* to = static_cast<T*>(dx) + b * plane;
      std::memset(to, 0, plane * sizeof(T));
      if constexpr (sizeof(T) == 4)
        HWY_DYNAMIC_DISPATCH(average_transpose_float32)(size, channels, from, to);
      else
        HWY_DYNAMIC_DISPATCH(average_transpose_bfloat16)(size, channels, from, to);
    });
  });
}

}  // namespace thalweg
#endif
