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

// Columns of a panel of B. A tile of 3 vectors by kPanel accumulators fills the registers: 24 of 32
// with AVX-512, 12 of 16 below.
constexpr size_t kPanel = HWY_LANES(double) < 4 ? 4 : HWY_LANES(double);

// Numbers of a panel, a line of the cache more than its own: of a power of two the panels of one row
// would fall into the same set of the first-level cache.
constexpr size_t panel_size(size_t rows) { return rows * kPanel + 16; }

HWY_INLINE void store_cells(hn::Vec<Tag> cells, double* to) { hn::Store(cells, Tag(), to); }
HWY_INLINE void store_cells(hn::Vec<Tag> cells, float* to) {
  const hn::Rebind<float, Tag> narrow;
  hn::Store(hn::DemoteTo(narrow, cells), narrow, to);
}

HWY_INLINE void add_to(double* to, hn::Vec<Tag> sum) {
  hn::Store(hn::Add(hn::Load(Tag(), to), sum), Tag(), to);
}
HWY_INLINE void add_to(double* to, hn::Vec<hn::ScalableTag<float>> sum) {
  HWY_ALIGN float parts[HWY_LANES(float)];
  hn::Store(sum, hn::ScalableTag<float>(), parts);
  for (size_t l = 0; l < HWY_LANES(float); l += HWY_LANES(double))
    add_to(to + l, load_cells(Tag(), parts + l));
}

// c[j * stride + v * lanes ...] += the sum over k of a[v * a_stride + k * lanes ...] b[k * kPanel +
// j].
template <size_t kVectors, class Number>
HWY_INLINE void multiply_tile(const Number* HWY_RESTRICT a, size_t a_stride,
                              const Number* HWY_RESTRICT b, size_t rows, double* HWY_RESTRICT c,
                              size_t stride) {
  const hn::ScalableTag<Number> d;
  constexpr size_t lanes = HWY_LANES(Number);
  hn::Vec<hn::ScalableTag<Number>> sum[kVectors][kPanel];
#pragma GCC unroll 8
  for (size_t v = 0; v < kVectors; ++v)
#pragma GCC unroll 8
    for (size_t j = 0; j < kPanel; ++j) sum[v][j] = hn::Zero(d);
  for (size_t k = 0; k < rows; ++k) {
    hn::Vec<hn::ScalableTag<Number>> left[kVectors];
#pragma GCC unroll 8
    for (size_t v = 0; v < kVectors; ++v) left[v] = hn::Load(d, a + v * a_stride + k * lanes);
#pragma GCC unroll 8
    for (size_t j = 0; j < kPanel; ++j) {
      const auto right = hn::Set(d, b[k * kPanel + j]);
#pragma GCC unroll 8
      for (size_t v = 0; v < kVectors; ++v) sum[v][j] = hn::MulAdd(left[v], right, sum[v][j]);
    }
  }
#pragma GCC unroll 8
  for (size_t j = 0; j < kPanel; ++j)
#pragma GCC unroll 8
    for (size_t v = 0; v < kVectors; ++v) add_to(c + j * stride + v * lanes, sum[v][j]);
}

// B: panels of kPanel columns, in each the rows one after the other; the ones stand at column p,
// zeros beyond.
template <class Cell, class Number>
void pack(const DenseMatrix<Cell>& matrix, size_t begin, size_t rows, size_t width, Number* b) {
  const size_t p = matrix.columns;
  for (size_t k = 0; k < rows; ++k) {
    const Cell* row = matrix.data.data() + (begin + k) * p;
    Number* to = b + k * kPanel;
    size_t j = 0;
    for (; j + kPanel <= p; j += kPanel, to += panel_size(rows))
      for (size_t l = 0; l < kPanel; l += HWY_LANES(double))
        store_cells(load_cells(Tag(), row + j + l), to + l);
    for (; j < width; j += kPanel, to += panel_size(rows))
      for (size_t l = 0; l < kPanel; ++l)
        to[l] = static_cast<Number>(j + l < p    ? static_cast<double>(row[j + l])
                                    : j + l == p ? 1.0
                                                 : 0.0);
  }
}

// A: panels of one vector of columns, scaled by the factors.
template <class Number>
void scale(const Number* b, size_t vectors, size_t rows, const double* factor, Number* a) {
  constexpr size_t lanes = HWY_LANES(Number);
  const hn::CappedTag<Number, kPanel> d;  // a vector, or the part of it that lies in a panel of B
  for (size_t v = 0; v < vectors; ++v)
    for (size_t k = 0; k < rows; ++k, a += lanes) {
      const auto by = hn::Set(d, static_cast<Number>(factor[k]));
      for (size_t l = 0; l < lanes; l += hn::Lanes(d)) {
        const size_t column = v * lanes + l;
        const Number* from = b + column / kPanel * panel_size(rows) + k * kPanel + column % kPanel;
        hn::Store(hn::Mul(hn::Load(d, from), by), d, a + l);
      }
    }
}

template <class Number, class Cell>
void gram_all(const DenseMatrix<Cell>& matrix, size_t begin, size_t end, size_t count,
              const double* factor, double* sums, double* workspace) {
  constexpr size_t lanes = HWY_LANES(Number);
  const size_t p = matrix.columns, rows = end - begin, stride = gram_stride(p);
  const size_t vectors = (p + lanes) / lanes, panels = (p + kPanel) / kPanel;
  Number* b = reinterpret_cast<Number*>(workspace);
  Number* a = b + stride / kPanel * panel_size(rows);
  pack(matrix, begin, rows, stride, b);
  for (size_t which = 0; which < count; ++which) {
    scale(b, vectors, rows, factor + which * rows, a);
    double* out = sums + which * gram_size(p);
    for (size_t tile = 0; tile < vectors; tile += 3)
      for (size_t panel = 0; panel < panels; ++panel) {
        // Vectors that lie below the diagonal for all columns of the panel are left out.
        const size_t first = std::max(tile, panel * kPanel / lanes);
        const size_t last = std::min(tile + 3, vectors);
        if (first >= last) break;
        const Number* left = a + first * rows * lanes;
        const Number* right = b + panel * panel_size(rows);
        double* to = out + panel * kPanel * stride + first * lanes;
        if (last - first == 3)
          multiply_tile<3>(left, rows * lanes, right, rows, to, stride);
        else if (last - first == 2)
          multiply_tile<2>(left, rows * lanes, right, rows, to, stride);
        else
          multiply_tile<1>(left, rows * lanes, right, rows, to, stride);
      }
  }
}

// One name for each precision and type of cell, for the dispatch.
#define THALWEG_GRAM(NAME, NUMBER, CELL)                                                    \
  void gram_##NAME(const DenseMatrix<CELL>& matrix, size_t begin, size_t end, size_t count, \
                   const double* factor, double* sums, double* workspace) {                 \
    gram_all<NUMBER>(matrix, begin, end, count, factor, sums, workspace);                   \
  }
THALWEG_GRAM(double, double, double)
THALWEG_GRAM(unaligned, double, UnalignedDouble)
THALWEG_GRAM(float, double, float)
THALWEG_GRAM(rough_double, float, double)
THALWEG_GRAM(rough_unaligned, float, UnalignedDouble)
THALWEG_GRAM(rough_float, float, float)
#undef THALWEG_GRAM

}  // namespace HWY_NAMESPACE
}  // namespace thalweg
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace thalweg {

size_t gram_block_rows(size_t columns) {
  return std::clamp<size_t>(32768 / gram_stride(columns) / 8 * 8, 16, 128);
}

size_t gram_workspace(size_t columns) {
  return 2 * (gram_block_rows(columns) + 4) * gram_stride(columns);
}

#define THALWEG_GRAM(NAME, CELL)                                                                  \
  HWY_EXPORT(gram_##NAME);                                                                        \
  HWY_EXPORT(gram_rough_##NAME);                                                                  \
  void gram_rows(const DenseMatrix<CELL>& matrix, GramPrecision precision, size_t begin,          \
                 size_t end, size_t count, const double* factor, double* sums,                    \
                 double* workspace) {                                                             \
    const auto run = precision == GramPrecision::single ? HWY_DYNAMIC_DISPATCH(gram_rough_##NAME) \
                                                        : HWY_DYNAMIC_DISPATCH(gram_##NAME);      \
    run(matrix, begin, end, count, factor, sums, workspace);                                      \
  }
THALWEG_GRAM(double, double)
THALWEG_GRAM(unaligned, UnalignedDouble)
THALWEG_GRAM(float, float)
#undef THALWEG_GRAM

}  // namespace thalweg
#endif
