#include "thalweg/descent/learning_rate_range.hpp"

#include <algorithm>
#include <cmath>

#include "thalweg/base/error.hpp"

namespace thalweg {
namespace {

constexpr double share_of_old = 0.9;  // in the mean that tells where the loss diverges
constexpr double divergence = 4;      // times the least

// Means with normal weights, whose deviation is a 25th of the points.
void smooth(std::vector<RangePoint>& points) {
  const auto n = static_cast<long long>(points.size());
  const double width = std::max(1.0, static_cast<double>(n) / 25);
  const auto reach = static_cast<long long>(3 * width);
  for (long long i = 0; i < n; ++i) {
    double sum = 0, weights = 0;
    for (long long k = std::max(0LL, i - reach); k <= std::min(n - 1, i + reach); ++k) {
      const double away = static_cast<double>(k - i) / width, weight = std::exp(-away * away / 2);
      sum += weight * points[static_cast<size_t>(k)].loss;
      weights += weight;
    }
    points[static_cast<size_t>(i)].smoothed = sum / weights;
  }
}

void suggest(RangeTest& test) {
  const std::vector<RangePoint>& points = test.points;
  size_t lowest = 0, steepest = 0;
  double slope = 0;
  for (size_t i = 0; i < points.size(); ++i)
    if (points[i].smoothed < points[lowest].smoothed) lowest = i;
  for (size_t i = 1; i < lowest; ++i) {
    const double rise = points[i + 1].smoothed - points[i - 1].smoothed;
    if (rise < slope) slope = rise, steepest = i;
  }
  if (steepest == 0) return;
  test.lowest = points[lowest].learning_rate;
  test.steepest = points[steepest].learning_rate;
  test.suggestion = test.lowest / 3;
}

}  // namespace

RangeTest range_test(Objective& objective, Method& method, State state, long long steps,
                     const std::function<bool()>& stop_requested) {
  RangeTest out;
  method.init(objective, state);
  double mean = 0, weight = 0, least = std::numeric_limits<double>::infinity();
  for (long long k = 0; k < steps; ++k) {
    if (stop_requested()) fail("stopped by a signal during the range test; nothing was written");
    ++state.step;
    const Advance advance = method.advance(objective, state);
    if (std::isfinite(state.value))
      out.points.push_back({advance.learning_rate, state.value, unknown});
    mean = share_of_old * mean + (1 - share_of_old) * state.value;
    weight = share_of_old * weight + (1 - share_of_old);
    least = std::min(least, mean / weight);
    if (advance.diverged || !(mean / weight <= divergence * least)) {
      out.diverged = advance.learning_rate;
      break;
    }
  }
  smooth(out.points);
  suggest(out);
  return out;
}

}  // namespace thalweg
