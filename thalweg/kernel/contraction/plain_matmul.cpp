#include "thalweg/kernel/contraction/plain_matmul.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "thalweg/kernel/contraction/plain_matmul.cpp"
#include "hwy/foreach_target.h"
#include "hwy/highway.h"

HWY_BEFORE_NAMESPACE();
namespace thalweg {
namespace HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

// sums [rows, 16] = a [rows, k] b [k, 16], two vectors of columns at a time.
template <int rows>
void multiply_square(const double* a, size_t row_step, size_t k_step, const double* b, size_t k,
                     double* sums) {
  const hn::CappedTag<double, 8> d;
  const size_t lanes = hn::Lanes(d);
  for (size_t column = 0; column < 16; column += 2 * lanes) {
    hn::Vec<decltype(d)> low[rows], high[rows];
    for (int i = 0; i < rows; ++i) low[i] = high[i] = hn::Zero(d);
    for (size_t p = 0; p < k; ++p) {
      const auto x = hn::LoadU(d, b + 16 * p + column),
                 y = hn::LoadU(d, b + 16 * p + column + lanes);
      for (int i = 0; i < rows; ++i) {
        const auto factor = hn::Set(d, a[static_cast<size_t>(i) * row_step + p * k_step]);
        low[i] = hn::MulAdd(factor, x, low[i]);
        high[i] = hn::MulAdd(factor, y, high[i]);
      }
    }
    for (int i = 0; i < rows; ++i) {
      hn::StoreU(low[i], d, sums + 16 * i + column);
      hn::StoreU(high[i], d, sums + 16 * i + column + lanes);
    }
  }
}

void multiply_block(const PlainProduct& product, const double* a, const double* packed, double* c,
                    bool accumulate, size_t begin, size_t end) {
  constexpr size_t depth = 128, height = 6;  // a panel's slice is half of a first-level cache
  constexpr decltype(&multiply_square<1>) squares[] = {multiply_square<1>, multiply_square<2>,
                                                       multiply_square<3>, multiply_square<4>,
                                                       multiply_square<5>, multiply_square<6>};
  const size_t row_step = product.transpose_a ? 1 : product.a_stride;
  const size_t k_step = product.transpose_a ? product.a_stride : 1;
  double sums[height * 16];
  for (size_t from = 0; from < product.k; from += depth)
    for (size_t panel = 0; panel < product.panels(); ++panel)
      for (size_t i = begin; i < end; i += height) {
        const size_t rows = std::min(height, end - i),
                     columns = std::min<size_t>(16, product.n - 16 * panel);
        squares[rows - 1](a + i * row_step + from * k_step, row_step, k_step,
                          packed + 16 * (panel * product.k + from),
                          std::min(depth, product.k - from), sums);
        for (size_t r = 0; r < rows; ++r) {
          double* to = c + (i + r) * product.c_stride + 16 * panel;
          if (from > 0 || accumulate)
            for (size_t j = 0; j < columns; ++j) to[j] += sums[16 * r + j];
          else
            for (size_t j = 0; j < columns; ++j) to[j] = sums[16 * r + j];
        }
      }
}

}  // namespace HWY_NAMESPACE
}  // namespace thalweg
HWY_AFTER_NAMESPACE();

#if HWY_ONCE

namespace thalweg {

HWY_EXPORT(multiply_block);

double activate(Activation activation, double x) {
  switch (activation) {
    case Activation::none:
      return x;
    case Activation::relu:
      return x > 0 || x != x ? x : 0;
    case Activation::gelu:
      return 0.5 * x * std::erfc(-x / std::numbers::sqrt2);
    case Activation::gelu_tanh:
      return 0.5 * x *
             (1 + std::tanh(std::numbers::sqrt2 * std::numbers::inv_sqrtpi *
                            (x + 0.044715 * x * x * x)));
    case Activation::tanh:
      return std::tanh(x);
    case Activation::sigmoid:
      return 1 / (1 + std::exp(-x));
    case Activation::silu:
      return x / (1 + std::exp(-x));
    case Activation::elu:
      return x > 0 ? x : std::expm1(x);
    case Activation::softplus:
      return x > 0 ? x + std::log1p(std::exp(-x)) : std::log1p(std::exp(x));
  }
  return x;
}

void pack_panel(const PlainProduct& product, const double* b, size_t panel, double* packed) {
  const size_t first = 16 * panel, columns = std::min<size_t>(16, product.n - first);
  double* to = packed + first * product.k;
  for (size_t p = 0; p < product.k; ++p)
    for (size_t j = 0; j < 16; ++j)
      to[16 * p + j] = j >= columns          ? 0
                       : product.transpose_b ? b[(first + j) * product.b_stride + p]
                                             : b[p * product.b_stride + first + j];
}

void multiply_rows(const PlainProduct& product, const double* a, const double* packed, double* c,
                   bool accumulate, size_t begin, size_t end) {
  if (product.k > 0)
    return HWY_DYNAMIC_DISPATCH(multiply_block)(product, a, packed, c, accumulate, begin, end);
  for (size_t i = begin; i < end && !accumulate; ++i)
    std::fill_n(c + i * product.c_stride, product.n, 0.0);
}

void multiply(const PlainProduct& product, const double* a, const double* b, double* c,
              bool accumulate, double* packed) {
  for (size_t panel = 0; panel < product.panels(); ++panel) pack_panel(product, b, panel, packed);
  multiply_rows(product, a, packed, c, accumulate, 0, product.m);
}

}  // namespace thalweg

#endif
