// A sum that carries its own rounding: value + error is the exact sum of what was added, up to
// rounding of `error` alone. Off by at most 2u |sum| + O(n u^2) sum of absolute terms.
// Source: Knuth, TAOCP 2, 4.2.2, theorem B (TwoSum).
#pragma once

#include <cmath>

namespace thalweg {

struct CompensatedSum {
  double value = 0, error = 0;

  void add(double x) {
    const double sum = value + x, part = sum - value;
    error += (value - (sum - part)) + (x - part);
    value = sum;
  }
  void add(const CompensatedSum& other) {
    add(other.value);
    error += other.error;
  }
  // An overflow leaves no error that means anything.
  double result() const { return std::isfinite(value) ? value + error : value; }
};

}  // namespace thalweg
