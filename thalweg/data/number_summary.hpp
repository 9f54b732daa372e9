// Count, range, mean and deviation of number columns, in one pass over the table.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "thalweg/format/table.hpp"

namespace thalweg {

// Of the values that are not missing.
struct NumberSummary {
  size_t count = 0, missing = 0;  // together the rows that are marked
  double minimum = 0, maximum = 0, mean = 0;
  double deviation = 0;     // sqrt(sum of (v - mean)^2 / count)
  bool two_valued = false;  // only minimum and maximum occur, and they differ
};

// One a column, over the rows that `mask` [rows] marks (empty: all). Values of any finite magnitude
// are summed without overflow. Fixed blocks: the bits do not depend on the number of threads.
std::vector<NumberSummary> summarize(std::span<const Column* const> columns, size_t rows,
                                     std::span<const uint8_t> mask);

// The middle value, between the two middle ones where their number is even; NaN without values.
double median(const Column& column, size_t rows, std::span<const uint8_t> mask);

}  // namespace thalweg
