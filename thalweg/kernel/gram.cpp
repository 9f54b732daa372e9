#include "thalweg/kernel/gram.hpp"

#include <algorithm>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "thalweg/kernel/gram.cpp"
#include "hwy/foreach_target.h"
#include "hwy/highway.h"

HWY_BEFORE_NAMESPACE();
namespace thalweg {
namespace HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

#include "thalweg/kernel/cells-inl.hpp"

using Tag = hn::ScalableTag<double>;
using Vector = hn::Vec<Tag>;

constexpr size_t kLanes = HWY_LANES(double);
// Columns of a panel of B. A tile of 3 vectors by kPanel accumulators fills the registers: 24 of 32
// with AVX-512, 12 of 16 below.
constexpr size_t kPanel = kLanes < 4 ? 4 : kLanes;

// c[j * stride + v * lanes ...] += the sum over k of a[v * a_stride + k * lanes ...] b[k * kPanel +
// j].
template <size_t kVectors>
HWY_INLINE void multiply_tile(const double* HWY_RESTRICT a, size_t a_stride,
                              const double* HWY_RESTRICT b, size_t rows, double* HWY_RESTRICT c,
                              size_t stride) {
  Vector sum[kVectors][kPanel];
#pragma GCC unroll 8
  for (size_t v = 0; v < kVectors; ++v)
#pragma GCC unroll 8
    for (size_t j = 0; j < kPanel; ++j) sum[v][j] = hn::Zero(Tag());
  for (size_t k = 0; k < rows; ++k) {
    Vector left[kVectors];
#pragma GCC unroll 8
    for (size_t v = 0; v < kVectors; ++v) left[v] = hn::Load(Tag(), a + v * a_stride + k * kLanes);
#pragma GCC unroll 8
    for (size_t j = 0; j < kPanel; ++j) {
      const Vector right = hn::Set(Tag(), b[k * kPanel + j]);
#pragma GCC unroll 8
      for (size_t v = 0; v < kVectors; ++v) sum[v][j] = hn::MulAdd(left[v], right, sum[v][j]);
    }
  }
#pragma GCC unroll 8
  for (size_t j = 0; j < kPanel; ++j)
#pragma GCC unroll 8
    for (size_t v = 0; v < kVectors; ++v) {
      double* to = c + j * stride + v * kLanes;
      hn::Store(hn::Add(hn::Load(Tag(), to), sum[v][j]), Tag(), to);
    }
}

// B: panels of kPanel columns, in each the rows one after the other; the ones stand at column p.
template <class Cell>
void pack(const DenseMatrix<Cell>& matrix, size_t begin, size_t rows, double* b) {
  const size_t p = matrix.columns;
  for (size_t k = 0; k < rows; ++k) {
    const Cell* row = matrix.data.data() + (begin + k) * p;
    double* to = b + k * kPanel;
    size_t j = 0;
    for (; j + kPanel <= p; j += kPanel, to += rows * kPanel)
      for (size_t l = 0; l < kPanel; l += kLanes)
        hn::Store(load_cells(Tag(), row + j + l), Tag(), to + l);
    for (size_t l = 0; l < kPanel; ++l)
      to[l] = j + l < p ? static_cast<double>(row[j + l]) : j + l == p ? 1.0 : 0.0;
  }
}

// A: panels of one vector of columns, scaled by the factors.
void scale(const double* b, size_t vectors, size_t rows, const double* factor, double* a) {
  for (size_t v = 0; v < vectors; ++v) {
    const size_t column = v * kLanes;
    const double* from = b + column / kPanel * rows * kPanel + column % kPanel;
    for (size_t k = 0; k < rows; ++k, a += kLanes)
      hn::Store(hn::Mul(hn::Load(Tag(), from + k * kPanel), hn::Set(Tag(), factor[k])), Tag(), a);
  }
}

template <class Cell>
void gram_all(const DenseMatrix<Cell>& matrix, size_t begin, size_t end, size_t count,
              const double* factor, double* sums, double* workspace) {
  const size_t p = matrix.columns, rows = end - begin, stride = gram_stride(p);
  const size_t vectors = (p + kLanes) / kLanes, panels = (p + kPanel) / kPanel;
  double* b = workspace;
  double* a = workspace + rows * stride;
  pack(matrix, begin, rows, b);
  for (size_t which = 0; which < count; ++which) {
    scale(b, vectors, rows, factor + which * rows, a);
    double* out = sums + which * gram_size(p);
    for (size_t tile = 0; tile < vectors; tile += 3)
      for (size_t panel = 0; panel < panels; ++panel) {
        // Vectors that lie below the diagonal for all columns of the panel are left out.
        const size_t first = std::max(tile, panel * kPanel / kLanes);
        const size_t last = std::min(tile + 3, vectors);
        if (first >= last) break;
        const double* left = a + first * rows * kLanes;
        const double* right = b + panel * rows * kPanel;
        double* to = out + panel * kPanel * stride + first * kLanes;
        if (last - first == 3)
          multiply_tile<3>(left, rows * kLanes, right, rows, to, stride);
        else if (last - first == 2)
          multiply_tile<2>(left, rows * kLanes, right, rows, to, stride);
        else
          multiply_tile<1>(left, rows * kLanes, right, rows, to, stride);
      }
  }
}

void gram_double(const DenseMatrix<double>& matrix, size_t begin, size_t end, size_t count,
                 const double* factor, double* sums, double* workspace) {
  gram_all(matrix, begin, end, count, factor, sums, workspace);
}
void gram_unaligned(const DenseMatrix<UnalignedDouble>& matrix, size_t begin, size_t end,
                    size_t count, const double* factor, double* sums, double* workspace) {
  gram_all(matrix, begin, end, count, factor, sums, workspace);
}
void gram_float(const DenseMatrix<float>& matrix, size_t begin, size_t end, size_t count,
                const double* factor, double* sums, double* workspace) {
  gram_all(matrix, begin, end, count, factor, sums, workspace);
}

}  // namespace HWY_NAMESPACE
}  // namespace thalweg
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace thalweg {

HWY_EXPORT(gram_double);
HWY_EXPORT(gram_unaligned);
HWY_EXPORT(gram_float);

size_t gram_block_rows(size_t columns) {
  return std::clamp<size_t>(32768 / gram_stride(columns) / 8 * 8, 16, 128);
}

size_t gram_workspace(size_t columns) {
  return 2 * gram_block_rows(columns) * gram_stride(columns);
}

void gram_rows(const DenseMatrix<double>& matrix, size_t begin, size_t end, size_t count,
               const double* factor, double* sums, double* workspace) {
  HWY_DYNAMIC_DISPATCH(gram_double)(matrix, begin, end, count, factor, sums, workspace);
}
void gram_rows(const DenseMatrix<UnalignedDouble>& matrix, size_t begin, size_t end, size_t count,
               const double* factor, double* sums, double* workspace) {
  HWY_DYNAMIC_DISPATCH(gram_unaligned)(matrix, begin, end, count, factor, sums, workspace);
}
void gram_rows(const DenseMatrix<float>& matrix, size_t begin, size_t end, size_t count,
               const double* factor, double* sums, double* workspace) {
  HWY_DYNAMIC_DISPATCH(gram_float)(matrix, begin, end, count, factor, sums, workspace);
}

}  // namespace thalweg
#endif
