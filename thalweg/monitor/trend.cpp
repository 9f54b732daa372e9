#include "thalweg/monitor/trend.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

namespace thalweg {
namespace {

constexpr size_t fewest = 8, most_batches = 32;
constexpr double nan = std::numeric_limits<double>::quiet_NaN();

double mean(std::span<const double> v) {
  double sum = 0;
  for (const double x : v) sum += x;
  return sum / static_cast<double>(v.size());
}

Estimate estimate(double value, double variance, size_t freedom) {
  const double error = std::sqrt(std::max(variance, 0.0));
  return {value, error, value == 0 ? 0 : value / error, freedom};
}

}  // namespace

std::vector<double> batch_means(std::span<const double> v, size_t batches) {
  std::vector<double> out;
  for (size_t b = 0; b < batches; ++b) {
    const size_t begin = b * v.size() / batches, end = (b + 1) * v.size() / batches;
    out.push_back(mean(v.subspan(begin, end - begin)));
  }
  return out;
}

Estimate slope(std::span<const double> x, std::span<const double> y) {
  if (x.size() < fewest) return {nan, nan, nan, 0};
  const size_t batches = std::min(most_batches, x.size());
  const std::vector<double> u = batch_means(x, batches), v = batch_means(y, batches);
  const double center = mean(u), level = mean(v);
  double across = 0, squares = 0;
  for (size_t i = 0; i < batches; ++i) {
    across += (u[i] - center) * (v[i] - level);
    squares += (u[i] - center) * (u[i] - center);
  }
  const double b = across / squares;
  double residual = 0;
  for (size_t i = 0; i < batches; ++i) {
    const double r = v[i] - level - b * (u[i] - center);
    residual += r * r;
  }
  return estimate(b, residual / static_cast<double>(batches - 2) / squares, batches - 2);
}

Estimate shift(std::span<const double> y) {
  if (y.size() < fewest) return {nan, nan, nan, 0};
  const size_t batches = std::min(most_batches, y.size()) / 2 * 2, half = batches / 2;
  const std::vector<double> v = batch_means(y, batches);
  double sum = 0;
  const double before = mean(std::span(v).first(half)), after = mean(std::span(v).last(half));
  for (size_t i = 0; i < batches; ++i) {
    const double r = v[i] - (i < half ? before : after);
    sum += r * r;
  }
  const double variance = sum / static_cast<double>(batches - 2);
  return estimate(after - before, 2 * variance / static_cast<double>(half), batches - 2);
}

Estimate paired_difference(std::span<const float> a, std::span<const float> b) {
  const size_t n = a.size();
  if (n < 2) return {nan, nan, nan, 0};
  double sum = 0, squares = 0;
  const auto difference = [&](size_t i) {
    return static_cast<double>(b[i]) - static_cast<double>(a[i]);
  };
  for (size_t i = 0; i < n; ++i) sum += difference(i);
  const double average = sum / static_cast<double>(n);
  for (size_t i = 0; i < n; ++i) squares += (difference(i) - average) * (difference(i) - average);
  const auto count = static_cast<double>(n);
  return estimate(average, squares / (count - 1) / count, n - 1);
}

double t_quantile(double share, size_t freedom) {
  // The normal quantile by bisection of erfc, then Hill's expansion in 1/freedom.
  double low = 0, high = 40;
  for (int i = 0; i < 80; ++i) {
    const double z = (low + high) / 2;
    (std::erfc(z / std::numbers::sqrt2) / 2 > share ? low : high) = z;
  }
  const double z = low, n = static_cast<double>(freedom), s = z * z;
  return z + z * (s + 1) / (4 * n) + z * ((5 * s + 16) * s + 3) / (96 * n * n) +
         z * (((3 * s + 19) * s + 17) * s - 15) / (384 * n * n * n);
}

}  // namespace thalweg
