#include "thalweg/data/number_summary.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "thalweg/base/parallel.hpp"
#include "thalweg/data/number_sweep.hpp"

namespace thalweg {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

// A block of neighbouring columns, and the index of the first among all.
struct Run {
  NumberBlock block;
  size_t first;
};

std::vector<Run> find_runs(std::span<const Column* const> columns) {
  std::vector<Run> runs;
  for (size_t k = 0; k < columns.size(); ++k) {
    const Column& column = *columns[k];
    if (!runs.empty() && runs.back().block.joins(column.numbers, column.stride)) {
      ++runs.back().block.width;
    } else {
      runs.push_back({{column.numbers, column.stride, 1}, k});
    }
  }
  return runs;
}

// Sums of one block of rows, [columns] each.
struct Sums {
  double *count, *minimum, *maximum, *mean, *squares, *ends;
};

// The block's second reading comes from cache, so that squares are taken about the block's own mean
// (blocks are then merged: Chan, Golub, LeVeque 1979) for the memory traffic of one pass.
void sum_block(const Run& run, size_t begin, size_t end, const uint8_t* mask, const Sums& s) {
  const size_t k = run.first;
  sweep_values(run.block, begin, end, mask, s.count + k, s.mean + k, s.minimum + k, s.maximum + k);
  for (size_t j = k; j < k + run.block.width; ++j)
    s.mean[j] = s.count[j] > 0 ? s.mean[j] / s.count[j] : 0;
  sweep_squares(run.block, begin, end, mask, s.mean + k, s.minimum + k, s.maximum + k,
                s.squares + k, s.ends + k);
}

// For values whose squares leave the range of double: scaled by a power of two first.
void summarize_scaled(const Column& column, size_t rows, std::span<const uint8_t> mask,
                      NumberSummary& summary) {
  const double largest = std::max(std::abs(summary.minimum), std::abs(summary.maximum));
  const int exponent = std::ilogb(largest);
  auto sum = [&](auto&& term) {
    double total = 0;
    for (size_t i = 0; i < rows; ++i) {
      const double v = column.number(i);
      if ((mask.empty() || mask[i]) && !std::isnan(v)) total += term(std::scalbn(v, -exponent));
    }
    return total / static_cast<double>(summary.count);
  };
  const double mean = sum([](double v) { return v; });
  const double variance = sum([&](double v) { return (v - mean) * (v - mean); });
  summary.mean = std::scalbn(mean, exponent);
  summary.deviation = std::scalbn(std::sqrt(variance), exponent);
}

}  // namespace

std::vector<NumberSummary> summarize(std::span<const Column* const> columns, size_t rows,
                                     std::span<const uint8_t> mask) {
  const size_t width = columns.size();
  std::vector<NumberSummary> out(width);
  if (width == 0 || rows == 0) return out;
  const std::vector<Run> runs = find_runs(columns);

  // 256 KiB of values a block: it stays in the second-level cache for its second reading.
  const size_t size = std::clamp<size_t>(32768 / width, 16, 4096);
  const size_t blocks = block_count(rows, size);
  std::vector<double> memory(blocks * width * 6);
  auto sums = [&](size_t block) {
    double* at = memory.data() + block * width * 6;
    return Sums{at, at + width, at + 2 * width, at + 3 * width, at + 4 * width, at + 5 * width};
  };
  parallel_blocks(rows, size, [&](size_t block, size_t begin, size_t end) {
    const Sums s = sums(block);
    std::fill_n(s.minimum, width, infinity);
    std::fill_n(s.maximum, width, -infinity);
    for (const Run& run : runs) sum_block(run, begin, end, mask.empty() ? nullptr : mask.data(), s);
  });

  const auto marked = static_cast<size_t>(
      mask.empty() ? rows : std::count_if(mask.begin(), mask.end(), [](uint8_t m) { return m; }));
  for (size_t j = 0; j < width; ++j) {
    double count = 0, mean = 0, squares = 0, low = infinity, high = -infinity;
    for (size_t block = 0; block < blocks; ++block) {
      const Sums s = sums(block);
      if (s.count[j] == 0) continue;
      const double total = count + s.count[j], delta = s.mean[j] - mean;
      mean += delta * (s.count[j] / total);
      squares += s.squares[j] + delta * delta * (count * s.count[j] / total);
      count = total;
      low = std::min(low, s.minimum[j]);
      high = std::max(high, s.maximum[j]);
    }
    NumberSummary& summary = out[j];
    summary.count = static_cast<size_t>(count);
    summary.missing = marked - summary.count;
    if (count == 0) continue;
    summary.minimum = low;
    summary.maximum = high;
    summary.mean = low == high ? low : mean;
    summary.deviation = low == high ? 0 : std::sqrt(squares / count);
    if (low < high && (!std::isfinite(mean) || !std::isfinite(squares) || squares < 1e-280))
      summarize_scaled(*columns[j], rows, mask, summary);
    // Two-valued: every block is, and its ends are the column's.
    summary.two_valued = low < high;
    for (size_t block = 0; block < blocks && summary.two_valued; ++block) {
      const Sums s = sums(block);
      const auto is_end = [&](double v) { return v == low || v == high; };
      if (s.count[j] > 0)
        summary.two_valued =
            s.ends[j] == s.count[j] && is_end(s.minimum[j]) && is_end(s.maximum[j]);
    }
  }
  return out;
}

double median(const Column& column, size_t rows, std::span<const uint8_t> mask) {
  std::vector<double> values;
  for (size_t i = 0; i < rows; ++i) {
    const double v = column.number(i);
    if ((mask.empty() || mask[i]) && !std::isnan(v)) values.push_back(v);
  }
  if (values.empty()) return std::numeric_limits<double>::quiet_NaN();
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  if (values.size() % 2 == 1) return *middle;
  return std::midpoint(*std::max_element(values.begin(), middle), *middle);
}

}  // namespace thalweg
