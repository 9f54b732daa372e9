// The inner loops over number columns that lie side by side in a row-major matrix: what summing and
// standardizing them costs is memory traffic, on the instruction set that Highway picks. Every
// column is summed in the order of the rows, so that bits do not depend on the instruction set.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "thalweg/base/unaligned.hpp"

namespace thalweg {

// Neighbouring columns: row i is at numbers[i * stride], `width` values, NaN where missing.
struct NumberBlock {
  const UnalignedDouble* numbers;
  size_t stride, width;

  // True when a column of that place and stride is the next one.
  bool joins(const UnalignedDouble* other, size_t other_stride) const {
    return other_stride == stride && width < stride && other == numbers + width;
  }
};

// Adds rows [begin, end) that `mask` marks (null: all): counts of values, their sums and both ends,
// [width] each.
void sweep_values(const NumberBlock& block, size_t begin, size_t end, const uint8_t* mask,
                  double* count, double* sum, double* minimum, double* maximum);

// Adds the squares of the distances from `mean`, and how many values equal one of both ends.
void sweep_squares(const NumberBlock& block, size_t begin, size_t end, const uint8_t* mask,
                   const double* mean, const double* minimum, const double* maximum,
                   double* squares, double* ends);

// (v - center) / scale, v the value or `impute` where it is missing: [width] each.
struct Standardizer {
  const double *center, *scale, *impute;
};

// Writes `rows` one below the other, the first at `out`, each `out_stride` further.
// False when a cell is not finite.
bool standardize(const NumberBlock& block, std::span<const size_t> rows, const Standardizer& how,
                 double* out, size_t out_stride);
bool standardize(const NumberBlock& block, std::span<const size_t> rows, const Standardizer& how,
                 float* out, size_t out_stride);

}  // namespace thalweg
