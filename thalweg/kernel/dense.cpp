#include "thalweg/kernel/dense.hpp"

#include <algorithm>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "thalweg/kernel/dense.cpp"
#include "hwy/foreach_target.h"
#include "hwy/highway.h"

HWY_BEFORE_NAMESPACE();
namespace thalweg {
namespace HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

using Tag = hn::ScalableTag<double>;
using Vector = hn::Vec<Tag>;

#include "thalweg/kernel/cells-inl.hpp"

template <class Cell>
HWY_INLINE Vector load(const Cell* from) {
  return load_cells(Tag(), from);
}

// Columns beyond whole vectors are taken by one more vector that ends with the row; `fresh` are its
// lanes that no whole vector covered. Rows narrower than a vector go by single numbers.
struct Columns {
  size_t count, whole;
  hn::Mask<Tag> fresh;

  explicit HWY_INLINE Columns(size_t columns) : count(columns) {
    const size_t lanes = hn::Lanes(Tag());
    whole = columns / lanes * lanes;
    fresh =
        hn::Ge(hn::Iota(Tag(), 0), hn::Set(Tag(), static_cast<double>(lanes - (columns - whole))));
  }
  HWY_INLINE bool narrow() const { return whole == 0; }
  HWY_INLINE bool ragged() const { return whole != 0 && whole != count; }
  HWY_INLINE size_t last() const { return count - hn::Lanes(Tag()); }
};

// z[k * stride + i] for a tile of rows and outputs: accumulators in registers, the rows read once.
template <size_t kRows, size_t kOutputs, class Cell>
HWY_INLINE void predict_tile(const Columns& columns, const Cell* row, const double* x,
                             const double* intercept, double* z, size_t stride) {
  const size_t p = columns.count;
  Vector sum[kRows][kOutputs];
#pragma GCC unroll 8
  for (size_t i = 0; i < kRows; ++i)
#pragma GCC unroll 8
    for (size_t k = 0; k < kOutputs; ++k) sum[i][k] = hn::Zero(Tag());
  const auto step = [&](size_t j, bool last) HWY_ATTR {
    Vector w[kOutputs];
#pragma GCC unroll 8
    for (size_t k = 0; k < kOutputs; ++k) {
      w[k] = load(x + k * p + j);
      if (last) w[k] = hn::IfThenElseZero(columns.fresh, w[k]);
    }
#pragma GCC unroll 8
    for (size_t i = 0; i < kRows; ++i) {
      const Vector cells = load(row + i * p + j);
#pragma GCC unroll 8
      for (size_t k = 0; k < kOutputs; ++k) sum[i][k] = hn::MulAdd(cells, w[k], sum[i][k]);
    }
  };
  for (size_t j = 0; j < columns.whole; j += hn::Lanes(Tag())) step(j, false);
  if (columns.ragged()) step(columns.last(), true);
#pragma GCC unroll 8
  for (size_t i = 0; i < kRows; ++i)
#pragma GCC unroll 8
    for (size_t k = 0; k < kOutputs; ++k) {
      double out = hn::GetLane(hn::SumOfLanes(Tag(), sum[i][k]));
      if (columns.narrow())
        for (size_t j = 0; j < p; ++j) out += static_cast<double>(row[i * p + j]) * x[k * p + j];
      z[k * stride + i] = out + intercept[k];
    }
}

// sums[k, j] += the sum over the tile's rows of r[k * stride + i] row[i, j].
template <size_t kRows, size_t kOutputs, class Cell>
HWY_INLINE void combine_tile(const Columns& columns, const Cell* row, const double* r,
                             size_t stride, double* sums) {
  const size_t p = columns.count;
  Vector factor[kRows][kOutputs];
#pragma GCC unroll 8
  for (size_t i = 0; i < kRows; ++i)
#pragma GCC unroll 8
    for (size_t k = 0; k < kOutputs; ++k) factor[i][k] = hn::Set(Tag(), r[k * stride + i]);
  const auto step = [&](size_t j, bool last) HWY_ATTR {
    Vector sum[kOutputs];
#pragma GCC unroll 8
    for (size_t k = 0; k < kOutputs; ++k) sum[k] = load(sums + k * p + j);
#pragma GCC unroll 8
    for (size_t i = 0; i < kRows; ++i) {
      const Vector cells = load(row + i * p + j);
#pragma GCC unroll 8
      for (size_t k = 0; k < kOutputs; ++k) sum[k] = hn::MulAdd(cells, factor[i][k], sum[k]);
    }
#pragma GCC unroll 8
    for (size_t k = 0; k < kOutputs; ++k) {
      double* to = sums + k * p + j;
      hn::StoreU(last ? hn::IfThenElse(columns.fresh, sum[k], load(to)) : sum[k], Tag(), to);
    }
  };
  for (size_t j = 0; j < columns.whole; j += hn::Lanes(Tag())) step(j, false);
  if (columns.ragged()) step(columns.last(), true);
  if (!columns.narrow()) return;
  for (size_t i = 0; i < kRows; ++i)
    for (size_t k = 0; k < kOutputs; ++k)
      for (size_t j = 0; j < p; ++j)
        sums[k * p + j] += r[k * stride + i] * static_cast<double>(row[i * p + j]);
}

// The first output goes row by row: only then does the hardware foresee what is read next. In tiles
// of two rows or more a pass over 200,000 x 100 takes 14 ms, row by row 5 ms, as much as a plain
// read. The other outputs find the rows in the cache, and tiles read them and the weights less
// often.
template <class Cell>
void predict_all(const DenseMatrix<Cell>& matrix, size_t begin, size_t end, size_t outputs,
                 const double* x, double* z) {
  const size_t p = matrix.columns, rows = end - begin;
  const Columns columns(p);
  const double* intercepts = x + outputs * p;
  const Cell* row = matrix.data.data() + begin * p;
  for (size_t i = 0; i < rows; ++i)
    predict_tile<1, 1>(columns, row + i * p, x, intercepts, z + i, rows);
  size_t i = 0;
  for (; i + 4 <= rows; i += 4, row += 4 * p) {
    size_t k = 1;
    for (; k + 4 <= outputs; k += 4)
      predict_tile<4, 4>(columns, row, x + k * p, intercepts + k, z + k * rows + i, rows);
    for (; k < outputs; ++k)
      predict_tile<4, 1>(columns, row, x + k * p, intercepts + k, z + k * rows + i, rows);
  }
  for (; i < rows; ++i, row += p)
    for (size_t k = 1; k < outputs; ++k)
      predict_tile<1, 1>(columns, row, x + k * p, intercepts + k, z + k * rows + i, rows);
}

// In a register: through memory the additions would wait for one another's stores.
HWY_INLINE void add_intercept(const double* r, size_t rows, double* sum) {
  double total = 0;
  for (size_t i = 0; i < rows; ++i) total += r[i];
  *sum += total;
}

// A tile of rows reads and writes the sums less often, but only where the rows are in the cache: from
// memory one output goes row by row, as above (7 ms instead of 15). The order of additions is the
// same.
template <class Cell>
void combine_all(const DenseMatrix<Cell>& matrix, size_t begin, size_t end, size_t outputs,
                 const double* r, double* sums, bool cached = false) {
  const size_t p = matrix.columns, rows = end - begin;
  const Columns columns(p);
  const Cell* row = matrix.data.data() + begin * p;
  size_t i = 0;
  for (; (cached || outputs > 1) && i + 4 <= rows; i += 4, row += 4 * p) {
    size_t k = 0;
    for (; k + 4 <= outputs; k += 4)
      combine_tile<4, 4>(columns, row, r + k * rows + i, rows, sums + k * p);
    for (; k < outputs; ++k) combine_tile<4, 1>(columns, row, r + k * rows + i, rows, sums + k * p);
  }
  for (; i < rows; ++i, row += p)
    for (size_t k = 0; k < outputs; ++k)
      combine_tile<1, 1>(columns, row, r + k * rows + i, rows, sums + k * p);
  for (size_t k = 0; k < outputs; ++k) add_intercept(r + k * rows, rows, sums + outputs * p + k);
}

template <class Cell>
void combine_and_predict_all(const DenseMatrix<Cell>& matrix, size_t begin, size_t end, size_t next,
                             size_t outputs, const double* r, double* sums, const double* x,
                             double* z) {
  combine_all(matrix, begin, end, outputs, r, sums, true);
  predict_all(matrix, end, next, outputs, x, z);
}

// One name an instruction set and type of cell, for the dispatch.
#define THALWEG_KERNELS(NAME, CELL)                                                              \
  void predict_##NAME(const DenseMatrix<CELL>& matrix, size_t begin, size_t end, size_t outputs, \
                      const double* x, double* z) {                                              \
    predict_all(matrix, begin, end, outputs, x, z);                                              \
  }                                                                                              \
  void combine_##NAME(const DenseMatrix<CELL>& matrix, size_t begin, size_t end, size_t outputs, \
                      const double* r, double* sums) {                                           \
    combine_all(matrix, begin, end, outputs, r, sums);                                           \
  }                                                                                              \
  void both_##NAME(const DenseMatrix<CELL>& matrix, size_t begin, size_t end, size_t next,       \
                   size_t outputs, const double* r, double* sums, const double* x, double* z) {  \
    combine_and_predict_all(matrix, begin, end, next, outputs, r, sums, x, z);                   \
  }
THALWEG_KERNELS(double, double)
THALWEG_KERNELS(unaligned, UnalignedDouble)
THALWEG_KERNELS(float, float)
#undef THALWEG_KERNELS

}  // namespace HWY_NAMESPACE
}  // namespace thalweg
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace thalweg {

size_t dense_block_rows(size_t columns, size_t cell_bytes) {
  const size_t rows = 8192 / std::max<size_t>(1, columns * cell_bytes);
  return std::clamp<size_t>(rows / 8 * 8, 8, 256);
}

#define THALWEG_KERNELS(NAME, CELL)                                                            \
  HWY_EXPORT(predict_##NAME);                                                                  \
  HWY_EXPORT(combine_##NAME);                                                                  \
  HWY_EXPORT(both_##NAME);                                                                     \
  void predict_rows(const DenseMatrix<CELL>& matrix, size_t begin, size_t end, size_t outputs, \
                    const double* x, double* z) {                                              \
    HWY_DYNAMIC_DISPATCH(predict_##NAME)(matrix, begin, end, outputs, x, z);                   \
  }                                                                                            \
  void combine_rows(const DenseMatrix<CELL>& matrix, size_t begin, size_t end, size_t outputs, \
                    const double* r, double* sums) {                                           \
    HWY_DYNAMIC_DISPATCH(combine_##NAME)(matrix, begin, end, outputs, r, sums);                \
  }                                                                                            \
  void combine_and_predict_rows(const DenseMatrix<CELL>& matrix, size_t begin, size_t end,     \
                                size_t next, size_t outputs, const double* r, double* sums,    \
                                const double* x, double* z) {                                  \
    HWY_DYNAMIC_DISPATCH(both_##NAME)(matrix, begin, end, next, outputs, r, sums, x, z);       \
  }
THALWEG_KERNELS(double, double)
THALWEG_KERNELS(unaligned, UnalignedDouble)
THALWEG_KERNELS(float, float)
#undef THALWEG_KERNELS

}  // namespace thalweg
#endif
