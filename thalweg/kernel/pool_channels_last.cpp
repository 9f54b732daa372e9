#include "thalweg/kernel/pool_channels_last.hpp"

#include <algorithm>
#include <cstring>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "thalweg/kernel/pool_channels_last.cpp"
#include "hwy/foreach_target.h"
#include "hwy/highway.h"

#ifndef THALWEG_POOL_SPAN
#define THALWEG_POOL_SPAN
namespace thalweg {
namespace {
// The part of window `at` of an axis that is inside the input: [first, last).
struct PoolSpan {
  size_t first, last;
};
PoolSpan pool_span(size_t at, size_t stride, size_t window, size_t low, size_t extent) {
  const size_t begin = at * stride, end = begin + window;
  return {begin > low ? begin - low : 0, end > low ? std::min(extent, end - low) : 0};
}
}  // namespace
}  // namespace thalweg
#endif

HWY_BEFORE_NAMESPACE();
namespace thalweg {
namespace HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;
using Floats = hn::ScalableTag<float>;
using Ints = hn::RebindToSigned<Floats>;

// Calls body(tag, first channel) over the channels, whole vectors first, then one at a time.
template <class Body>
HWY_INLINE void each_channel(size_t channels, const Body& body) {
  const Floats floats;
  size_t c = 0;
  for (; c + hn::Lanes(floats) <= channels; c += hn::Lanes(floats)) body(floats, c);
  for (; c < channels; ++c) body(hn::CappedTag<float, 1>(), c);
}

// One row of windows: x [height, width, channels] of a sample, indices [out_width, channels].
void max_row(const PoolSize& s, size_t channels, size_t p, const float* x, int32_t* indices) {
  const PoolSpan rows = pool_span(p, s.stride_height, s.window_height, s.top, s.height);
  for (size_t q = 0; q < s.out_width(); ++q) {
    const PoolSpan columns = pool_span(q, s.stride_width, s.window_width, s.left, s.width);
    each_channel(channels, [&](auto tag, size_t c) HWY_ATTR {
      const hn::RebindToSigned<decltype(tag)> ints;
      const size_t start = rows.first * s.width + columns.first;
      auto most = hn::LoadU(tag, x + start * channels + c);
      auto best = hn::Set(ints, static_cast<int32_t>(start));
      for (size_t i = rows.first; i < rows.last; ++i)
        for (size_t j = columns.first; j < columns.last; ++j) {
          const size_t place = i * s.width + j;
          const auto here = hn::LoadU(tag, x + place * channels + c);
          // The first NaN stays.
          const auto nan = hn::And(hn::Ne(here, here), hn::Eq(most, most));
          const auto better = hn::Or(hn::Gt(here, most), nan);
          most = hn::IfThenElse(better, here, most);
          best = hn::IfThenElse(hn::RebindMask(ints, better),
                                hn::Set(ints, static_cast<int32_t>(place)), best);
        }
      hn::StoreU(best, ints, indices + q * channels + c);
    });
  }
}

void gather_rows_of(size_t channels, size_t outputs, const float* x, const int32_t* indices,
                    float* y) {
  for (size_t j = 0; j < outputs; ++j)
    each_channel(channels, [&](auto tag, size_t c) HWY_ATTR {
      const hn::RebindToSigned<decltype(tag)> ints;
      const auto place = hn::LoadU(ints, indices + j * channels + c);
      const auto at = hn::Add(hn::Mul(place, hn::Set(ints, static_cast<int32_t>(channels))),
                              hn::Iota(ints, static_cast<int32_t>(c)));
      hn::StoreU(hn::GatherIndex(tag, x, at), tag, y + j * channels + c);
    });
}

// Lanes are channels, so that no two of a vector meet in one place.
void scatter_rows_of(size_t channels, size_t outputs, const float* dy, const int32_t* indices,
                     float* dx) {
  for (size_t j = 0; j < outputs; ++j)
    each_channel(channels, [&](auto tag, size_t c) HWY_ATTR {
      const hn::RebindToSigned<decltype(tag)> ints;
      const auto place = hn::LoadU(ints, indices + j * channels + c);
      const auto at = hn::Add(hn::Mul(place, hn::Set(ints, static_cast<int32_t>(channels))),
                              hn::Iota(ints, static_cast<int32_t>(c)));
      const auto sum = hn::Add(hn::GatherIndex(tag, dx, at), hn::LoadU(tag, dy + j * channels + c));
      hn::ScatterIndex(sum, tag, dx, at);
    });
}

void average_row(const PoolSize& s, size_t channels, size_t p, const float* x, float* y) {
  const PoolSpan rows = pool_span(p, s.stride_height, s.window_height, s.top, s.height);
  const float share = 1.0F / static_cast<float>(s.window_height * s.window_width);
  for (size_t q = 0; q < s.out_width(); ++q) {
    const PoolSpan columns = pool_span(q, s.stride_width, s.window_width, s.left, s.width);
    each_channel(channels, [&](auto tag, size_t c) HWY_ATTR {
      auto sum = hn::Zero(tag);
      for (size_t i = rows.first; i < rows.last; ++i)
        for (size_t j = columns.first; j < columns.last; ++j)
          sum = hn::Add(sum, hn::LoadU(tag, x + (i * s.width + j) * channels + c));
      hn::StoreU(hn::Mul(sum, hn::Set(tag, share)), tag, y + q * channels + c);
    });
  }
}

// Of one sample: dx starts at 0.
void average_transpose(const PoolSize& s, size_t channels, const float* dy, float* dx) {
  const float share = 1.0F / static_cast<float>(s.window_height * s.window_width);
  for (size_t p = 0; p < s.out_height(); ++p) {
    const PoolSpan rows = pool_span(p, s.stride_height, s.window_height, s.top, s.height);
    for (size_t q = 0; q < s.out_width(); ++q) {
      const PoolSpan columns = pool_span(q, s.stride_width, s.window_width, s.left, s.width);
      const float* from = dy + (p * s.out_width() + q) * channels;
      each_channel(channels, [&](auto tag, size_t c) HWY_ATTR {
        const auto each = hn::Mul(hn::LoadU(tag, from + c), hn::Set(tag, share));
        for (size_t i = rows.first; i < rows.last; ++i)
          for (size_t j = columns.first; j < columns.last; ++j) {
            float* to = dx + (i * s.width + j) * channels + c;
            hn::StoreU(hn::Add(hn::LoadU(tag, to), each), tag, to);
          }
      });
    }
  }
}

}  // namespace HWY_NAMESPACE
}  // namespace thalweg
HWY_AFTER_NAMESPACE();

#if HWY_ONCE

#include "thalweg/base/parallel.hpp"

namespace thalweg {

HWY_EXPORT(max_row);
HWY_EXPORT(gather_rows_of);
HWY_EXPORT(scatter_rows_of);
HWY_EXPORT(average_row);
HWY_EXPORT(average_transpose);

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

}  // namespace

void max_pool_indices_channels_last(const PoolSize& size, size_t channels, const float* x,
                                    int32_t* indices) {
  const size_t rows = size.out_height(), row = size.out_width() * channels;
  const size_t plane = size.height * size.width * channels;
  each_item(size.planes * rows, row * size.window_height * size.window_width, [&](size_t item) {
    HWY_DYNAMIC_DISPATCH(max_row)
    (size, channels, item % rows, x + item / rows * plane, indices + item * row);
  });
}

void pool_gather_channels_last(size_t batch, size_t inputs, size_t outputs, size_t channels,
                               const float* x, const int32_t* indices, float* y) {
  each_item(batch, outputs * channels, [&](size_t b) {
    HWY_DYNAMIC_DISPATCH(gather_rows_of)
    (channels, outputs, x + b * inputs * channels, indices + b * outputs * channels,
     y + b * outputs * channels);
  });
}

void pool_scatter_channels_last(size_t batch, size_t inputs, size_t outputs, size_t channels,
                                const float* dy, const int32_t* indices, float* dx) {
  each_item(batch, inputs * channels, [&](size_t b) {
    float* to = dx + b * inputs * channels;
    std::memset(to, 0, inputs * channels * sizeof(float));
    HWY_DYNAMIC_DISPATCH(scatter_rows_of)
    (channels, outputs, dy + b * outputs * channels, indices + b * outputs * channels, to);
  });
}

void average_pool_channels_last(const PoolSize& size, size_t channels, const float* x, float* y) {
  const size_t rows = size.out_height(), row = size.out_width() * channels;
  const size_t plane = size.height * size.width * channels;
  each_item(size.planes * rows, row * size.window_height * size.window_width, [&](size_t item) {
    HWY_DYNAMIC_DISPATCH(average_row)
    (size, channels, item % rows, x + item / rows * plane, y + item * row);
  });
}

void average_pool_transpose_channels_last(const PoolSize& size, size_t channels, const float* dy,
                                          float* dx) {
  const size_t plane = size.height * size.width * channels;
  const size_t out = size.out_height() * size.out_width() * channels;
  each_item(size.planes, plane, [&](size_t b) {
    std::memset(dx + b * plane, 0, plane * sizeof(float));
    HWY_DYNAMIC_DISPATCH(average_transpose)(size, channels, dy + b * out, dx + b * plane);
  });
}

}  // namespace thalweg
#endif
