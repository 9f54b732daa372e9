// Pooling over planes in plain memory, one or two spatial axes: the maximum as the places where it
// stands, with the two linear maps that those places define; the average with its transpose. All
// are deterministic and parallel over planes.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "thalweg/tensor/dtype.hpp"

namespace thalweg {

// [planes, height, width]; one spatial axis has height 1 and a window of height 1.
struct PoolSize {
  size_t planes = 1, height = 1, width = 1;
  size_t window_height = 1, window_width = 1, stride_height = 1, stride_width = 1;
  size_t top = 0, bottom = 0, left = 0, right = 0;  // padding, less than the window

  size_t out_height() const { return (height + top + bottom - window_height) / stride_height + 1; }
  size_t out_width() const { return (width + left + right - window_width) / stride_width + 1; }

  // The part of a window that is inside the input: [first, last).
  struct Span {
    size_t first, last;
  };
  Span rows(size_t at) const { return inside(at * stride_height, window_height, top, height); }
  Span columns(size_t at) const { return inside(at * stride_width, window_width, left, width); }

 private:
  static Span inside(size_t begin, size_t window, size_t low, size_t extent) {
    const size_t end = begin + window;
    return {begin > low ? begin - low : 0, end > low ? std::min(extent, end - low) : 0};
  }
};

// indices [planes, out_height, out_width]: row * width + column, within the plane, of the largest
// number in each window; the first of equal ones, NaN counting as the largest. float64, float32,
// bfloat16.
void max_pool_indices(DType dtype, const PoolSize& size, const void* x, int32_t* indices);

// y[p, j] = x[p, indices[p, j]]: x [planes, inputs], indices and y [planes, outputs].
void pool_gather(DType dtype, size_t planes, size_t inputs, size_t outputs, const void* x,
                 const int32_t* indices, void* y);

// Its transpose: dx = 0, then dx[p, indices[p, j]] += dy[p, j] in the order of j.
void pool_scatter(DType dtype, size_t planes, size_t inputs, size_t outputs, const void* dy,
                  const int32_t* indices, void* dx);

// y [planes, out_height, out_width]: the sum of each window divided by its number of points, those
// of the padding included.
void average_pool(DType dtype, const PoolSize& size, const void* x, void* y);

// Its transpose, from dy [planes, out_height, out_width] to dx [planes, height, width].
void average_pool_transpose(DType dtype, const PoolSize& size, const void* dy, void* dx);

}  // namespace thalweg
