#include "thalweg/kernel/pool.hpp"

#include <algorithm>
#include <type_traits>

#include "thalweg/base/parallel.hpp"
#include "thalweg/kernel/tile/tile_number.hpp"

namespace thalweg {
namespace {

constexpr size_t block_elements = 16384;

// Calls body(plane) for all planes, in parallel; `each` elements make one.
template <class Body>
void each_plane(size_t planes, size_t each, const Body& body) {
  parallel_blocks(planes, std::max<size_t>(1, block_elements / std::max<size_t>(1, each)),
                  [&body](size_t, size_t begin, size_t end) {
                    for (size_t plane = begin; plane < end; ++plane) body(plane);
                  });
}

// Sums in float, double, or int32 as they are.
template <class Number>
using Sum = std::conditional_t<
    std::is_same_v<Number, BfloatNumber>, float,
    std::conditional_t<std::is_same_v<Number, FloatNumber<float>>, float, double>>;

// Calls body(place of the window, rows, columns) for all windows of a plane.
template <class Body>
void each_window(const PoolSize& s, const Body& body) {
  size_t place = 0;
  for (size_t p = 0; p < s.out_height(); ++p) {
    const PoolSize::Span rows = s.rows(p);
    for (size_t q = 0; q < s.out_width(); ++q, ++place) body(place, rows, s.columns(q));
  }
}

}  // namespace

void max_pool_indices(DType dtype, const PoolSize& size, const void* x, int32_t* indices) {
  switch_number(dtype, [&](auto number) {
    using Number = decltype(number);
    using S = Sum<Number>;
    const auto* from = static_cast<const typename Number::Stored*>(x);
    const auto plane = [&](size_t index) {
      const auto* mine = from + index * size.height * size.width;
      int32_t* to = indices + index * size.out_height() * size.out_width();
      each_window(size, [&](size_t place, PoolSize::Span rows, PoolSize::Span columns) {
        size_t best = rows.first * size.width + columns.first;
        S most = Number::template read<S>(mine[best]);
        for (size_t i = rows.first; i < rows.last; ++i)
          for (size_t j = columns.first; j < columns.last; ++j) {
            const S here = Number::template read<S>(mine[i * size.width + j]);
            // The first NaN stays.
            if (!(here > most || (here != here && most == most))) continue;
            most = here;
            best = i * size.width + j;
          }
        to[place] = static_cast<int32_t>(best);
      });
    };
    each_plane(size.planes, size.height * size.width, plane);
  });
}

void pool_gather(DType dtype, size_t planes, size_t inputs, size_t outputs, const void* x,
                 const int32_t* indices, void* y) {
  switch_number(dtype, [&](auto number) {
    using Stored = typename decltype(number)::Stored;
    const auto plane = [&](size_t index) {
      const Stored* from = static_cast<const Stored*>(x) + index * inputs;
      const int32_t* at = indices + index * outputs;
      Stored* to = static_cast<Stored*>(y) + index * outputs;
      for (size_t j = 0; j < outputs; ++j) to[j] = from[at[j]];
    };
    each_plane(planes, inputs, plane);
  });
}

void pool_scatter(DType dtype, size_t planes, size_t inputs, size_t outputs, const void* dy,
                  const int32_t* indices, void* dx) {
  switch_number(dtype, [&](auto number) {
    using Number = decltype(number);
    using Stored = typename Number::Stored;
    using S = Sum<Number>;
    const auto plane = [&](size_t index) {
      const Stored* from = static_cast<const Stored*>(dy) + index * outputs;
      const int32_t* at = indices + index * outputs;
      Stored* to = static_cast<Stored*>(dx) + index * inputs;
      std::fill_n(to, inputs, Stored{});
      for (size_t j = 0; j < outputs; ++j)
        to[at[j]] =
            Number::write(Number::template read<S>(to[at[j]]) + Number::template read<S>(from[j]));
    };
    each_plane(planes, inputs, plane);
  });
}

void average_pool(DType dtype, const PoolSize& size, const void* x, void* y) {
  switch_number(dtype, [&](auto number) {
    using Number = decltype(number);
    using S = Sum<Number>;
    const S points = static_cast<S>(size.window_height * size.window_width);
    const auto plane = [&](size_t index) {
      const auto* from =
          static_cast<const typename Number::Stored*>(x) + index * size.height * size.width;
      auto* to =
          static_cast<typename Number::Stored*>(y) + index * size.out_height() * size.out_width();
      each_window(size, [&](size_t place, PoolSize::Span rows, PoolSize::Span columns) {
        S sum = 0;
        for (size_t i = rows.first; i < rows.last; ++i)
          for (size_t j = columns.first; j < columns.last; ++j)
            sum += Number::template read<S>(from[i * size.width + j]);
        to[place] = Number::write(sum / points);
      });
    };
    each_plane(size.planes, size.height * size.width, plane);
  });
}

void average_pool_transpose(DType dtype, const PoolSize& size, const void* dy, void* dx) {
  switch_number(dtype, [&](auto number) {
    using Number = decltype(number);
    using Stored = typename Number::Stored;
    using S = Sum<Number>;
    const S points = static_cast<S>(size.window_height * size.window_width);
    const auto plane = [&](size_t index) {
      const Stored* from =
          static_cast<const Stored*>(dy) + index * size.out_height() * size.out_width();
      Stored* to = static_cast<Stored*>(dx) + index * size.height * size.width;
      std::fill_n(to, size.height * size.width, Stored{});
      each_window(size, [&](size_t place, PoolSize::Span rows, PoolSize::Span columns) {
        const S share = Number::template read<S>(from[place]) / points;
        for (size_t i = rows.first; i < rows.last; ++i)
          for (size_t j = columns.first; j < columns.last; ++j) {
            Stored& at = to[i * size.width + j];
            at = Number::write(Number::template read<S>(at) + share);
          }
      });
    };
    each_plane(size.planes, size.height * size.width, plane);
  });
}

}  // namespace thalweg
