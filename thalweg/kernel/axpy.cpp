#include "thalweg/kernel/axpy.hpp"

#include <algorithm>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "thalweg/kernel/axpy.cpp"
#include "hwy/foreach_target.h"
#include "hwy/highway.h"

HWY_BEFORE_NAMESPACE();
namespace thalweg {
namespace HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

void add_scaled_all(size_t n, double a, const double* HWY_RESTRICT x, double* HWY_RESTRICT y) {
  const hn::ScalableTag<double> d;
  const size_t lanes = hn::Lanes(d);
  const auto factor = hn::Set(d, a);
  size_t i = 0;
  for (; i + lanes <= n; i += lanes)
    hn::StoreU(hn::MulAdd(factor, hn::LoadU(d, x + i), hn::LoadU(d, y + i)), d, y + i);
  for (; i < n; ++i) y[i] += a * x[i];
}

double dot_all(size_t n, const double* HWY_RESTRICT x, const double* HWY_RESTRICT y) {
  const hn::ScalableTag<double> d;
  const size_t lanes = hn::Lanes(d);
  auto s0 = hn::Zero(d), s1 = s0, s2 = s0, s3 = s0;
  size_t i = 0;
  for (; i + 4 * lanes <= n; i += 4 * lanes) {
    s0 = hn::MulAdd(hn::LoadU(d, x + i), hn::LoadU(d, y + i), s0);
    s1 = hn::MulAdd(hn::LoadU(d, x + i + lanes), hn::LoadU(d, y + i + lanes), s1);
    s2 = hn::MulAdd(hn::LoadU(d, x + i + 2 * lanes), hn::LoadU(d, y + i + 2 * lanes), s2);
    s3 = hn::MulAdd(hn::LoadU(d, x + i + 3 * lanes), hn::LoadU(d, y + i + 3 * lanes), s3);
  }
  for (; i + lanes <= n; i += lanes) s0 = hn::MulAdd(hn::LoadU(d, x + i), hn::LoadU(d, y + i), s0);
  double sum = hn::GetLane(hn::SumOfLanes(d, hn::Add(hn::Add(s0, s1), hn::Add(s2, s3))));
  for (; i < n; ++i) sum += x[i] * y[i];
  return sum;
}

// out += the products of `rows` by `columns` pieces of `count` numbers from `begin` on; at most 4 by 4.
template <size_t kRows, size_t kColumns>
HWY_INLINE void add_products(const double* const* a, const double* const* b, size_t begin,
                             size_t count, double* out, size_t stride) {
  const hn::ScalableTag<double> d;
  hn::Vec<decltype(d)> sum[kRows][kColumns];
#pragma GCC unroll 4
  for (size_t i = 0; i < kRows; ++i)
#pragma GCC unroll 4
    for (size_t j = 0; j < kColumns; ++j) sum[i][j] = hn::Zero(d);
  for (size_t k = begin; k < begin + count; k += hn::Lanes(d)) {
    hn::Vec<decltype(d)> left[kRows];
#pragma GCC unroll 4
    for (size_t i = 0; i < kRows; ++i) left[i] = hn::LoadU(d, a[i] + k);
#pragma GCC unroll 4
    for (size_t j = 0; j < kColumns; ++j) {
      const auto right = hn::LoadU(d, b[j] + k);
#pragma GCC unroll 4
      for (size_t i = 0; i < kRows; ++i) sum[i][j] = hn::MulAdd(left[i], right, sum[i][j]);
    }
  }
#pragma GCC unroll 4
  for (size_t i = 0; i < kRows; ++i)
#pragma GCC unroll 4
    for (size_t j = 0; j < kColumns; ++j)
      out[i * stride + j] += hn::GetLane(hn::SumOfLanes(d, sum[i][j]));
}

void cross_products_all(size_t n, const double* const* a, size_t rows, const double* const* b,
                        size_t columns, double* out, size_t stride) {
  constexpr size_t piece = 512;
  for (size_t i = 0; i < rows; ++i) std::fill_n(out + i * stride, columns, 0.0);
  for (size_t begin = 0; begin < n; begin += piece) {
    const size_t count = std::min(piece, n - begin);
    for (size_t i = 0; i < rows; i += 4)
      for (size_t j = 0; j < columns; j += 4) {
        double* to = out + i * stride + j;
        if (i + 4 <= rows && j + 4 <= columns) {
          add_products<4, 4>(a + i, b + j, begin, count, to, stride);
          continue;
        }
        for (size_t k = i; k < std::min(i + 4, rows); ++k)
          for (size_t l = j; l < std::min(j + 4, columns); ++l)
            add_products<1, 1>(a + k, b + l, begin, count, out + k * stride + l, stride);
      }
  }
}

}  // namespace HWY_NAMESPACE
}  // namespace thalweg
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace thalweg {

HWY_EXPORT(add_scaled_all);
HWY_EXPORT(dot_all);
HWY_EXPORT(cross_products_all);

void add_scaled(size_t n, double a, const double* x, double* y) {
  HWY_DYNAMIC_DISPATCH(add_scaled_all)(n, a, x, y);
}

double dot(size_t n, const double* x, const double* y) {
  return HWY_DYNAMIC_DISPATCH(dot_all)(n, x, y);
}

void cross_products(size_t n, const double* const* a, size_t rows, const double* const* b,
                    size_t columns, double* out, size_t stride) {
  HWY_DYNAMIC_DISPATCH(cross_products_all)(n, a, rows, b, columns, out, stride);
}

}  // namespace thalweg
#endif
