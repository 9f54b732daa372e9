// A histogram of many numbers, as event files store it.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace thalweg {

// How many values lie in each bucket (limit of the one before, own limit].
struct Histogram {
  double minimum = 0, maximum = 0, count = 0, sum = 0, sum_of_squares = 0;
  std::vector<double> limits, counts;  // [buckets]
};

// A histogram in buckets of equal width; values that are not finite are left out.
Histogram histogram(std::span<const float> values, size_t buckets = 30);

}  // namespace thalweg
