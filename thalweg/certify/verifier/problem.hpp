// What a claim is about, in memory: rows, loss and penalty, and the point that is certified.
#pragma once

#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <vector>

#include "thalweg/certify/verifier/loss.hpp"

namespace thalweg::verifier {

// P(w, b) = (1/S) sum s_i f(x_i^T w + b, y_i) + sum_j (l1 |w_j| + l2/2 w_j^2), S = sum s_i, on the
// box lower <= w_j <= upper; b is free. Cells are finite, s_i > 0.
struct Problem {
  Loss loss;
  double l1 = 0, l2 = 0;
  double lower = -std::numeric_limits<double>::infinity();
  double upper = std::numeric_limits<double>::infinity();
  size_t outputs = 1, features = 0;

  // Compressed rows: the cells of row i are [begin[i], begin[i + 1]), those left out are 0.
  std::vector<size_t> begin{0};  // [rows + 1]
  std::vector<uint32_t> column;  // [cells], ascending in a row
  std::vector<double> value;     // [cells]
  std::vector<double> target;    // [rows]; of classes: the index
  std::vector<double> weight;    // [rows]; empty: all 1

  size_t rows() const { return target.size(); }
  size_t parameters() const { return outputs * (features + 1); }
  double row_weight(size_t row) const { return weight.empty() ? 1.0 : weight[row]; }
  DoubleDouble total_weight() const;
  bool bounded() const { return lower > -infinite || upper < infinite; }

 private:
  static constexpr double infinite = std::numeric_limits<double>::infinity();
};

struct Point {
  std::vector<double> weight;     // [outputs, features]
  std::vector<double> intercept;  // [outputs]
};

// Why P is infinite at the point, or "".
std::string point_refusal(const Problem& problem, const Point& point);

// z = X w + b in double-double, each row's entries up to that row's error.
struct Margins {
  size_t outputs = 1;
  std::vector<DoubleDouble> value;  // [rows, outputs]
  std::vector<double> error;        // [rows]

  std::span<const DoubleDouble> row(size_t i) const {
    return std::span(value).subspan(i * outputs, outputs);
  }
};
Margins margins(const Problem& problem, const Point& point);

// max(P - I, 1e-8 N): what a bound is measured against.
struct Scale {
  double excess = 0;    // P - I, summed from its terms, each >= 0
  double infimum = 0;   // I
  double constant = 0;  // N: excess of the best constant model, w = 0, over I
  double floor = 0;     // what plain rounding can do to P; only for a constant target
  bool constant_target = false;

  double scale() const;
};
Scale scale(const Problem& problem, const Point& point, const Margins& margins);

}  // namespace thalweg::verifier
