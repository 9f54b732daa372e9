#include "thalweg/certify/witness.hpp"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <limits>

#include "thalweg/base/parallel.hpp"

namespace thalweg {
namespace {

// The sign of sum_j a_j b_j, exactly: products and sums as expansions of non-overlapping doubles.
// Source: Shewchuk, Discrete Comput. Geom. 18 (1997), grow-expansion.
class ExactSum {
 public:
  void add_product(double a, double b) {
    const double high = a * b;
    const double low = std::fma(a, b, -high);
    // A product that is not normal loses digits: no sign is claimed from it.
    if (high != 0 && std::abs(high) < 0x1p-960) exact_ = false;
    if (!std::isfinite(high)) exact_ = false;
    if (low != 0) grow(low);
    if (high != 0) grow(high);
  }
  bool exact() const { return exact_; }
  int sign() const {
    for (size_t i = parts_.size(); i-- > 0;)
      if (parts_[i] != 0) return parts_[i] > 0 ? 1 : -1;
    return 0;
  }
  void clear() { parts_.clear(), exact_ = true; }

 private:
  void grow(double value) {
    size_t kept = 0;
    double q = value;
    for (double part : parts_) {
      const double sum = q + part;
      const double virtual_part = sum - q;
      const double error = (q - (sum - virtual_part)) + (part - virtual_part);
      if (error != 0) parts_[kept++] = error;
      q = sum;
    }
    parts_.resize(kept);
    parts_.push_back(q);
  }
  std::vector<double> parts_;  // ascending magnitude
  bool exact_ = true;
};

// Adds the products of row i with d [columns] (and d_intercept) to the sum.
struct AddRow {
  size_t i;
  std::span<const double> d;
  double intercept;
  double sign;
  ExactSum& sum;

  template <class Matrix>
  void operator()(const Matrix& m) const {
    each_cell(m, i, [&](size_t j, double cell) {
      if (d[j] != 0) sum.add_product(cell, sign * d[j]);
    });
    sum.add_product(1, sign * intercept);
  }
};

bool in_recession_cone(const LinearPredictor& predictor, std::span<const double> d) {
  const Penalty& r = predictor.penalty;
  for (size_t j = 0; j < d.size() - predictor.samples.outputs; ++j) {
    if (d[j] == 0) continue;
    if (r.l1 > 0 || r.l2 > 0) return false;
    if (d[j] > 0 && std::isfinite(r.upper)) return false;
    if (d[j] < 0 && std::isfinite(r.lower)) return false;
  }
  return true;
}

// -1 where the row forbids d, 0 where it allows it, 1 where it moves along it.
int judge_row(const Samples& samples, std::span<const double> d, size_t i, ExactSum& sum) {
  const size_t k = samples.outputs, p = columns(*samples.design);
  auto sign_of = [&](size_t plus, size_t minus) {
    sum.clear();
    std::visit(AddRow{i, d.subspan(plus * p, p), d[k * p + plus], 1, sum}, *samples.design);
    if (minus != plus)
      std::visit(AddRow{i, d.subspan(minus * p, p), d[k * p + minus], -1, sum}, *samples.design);
    return sum.exact() ? sum.sign() : 2;
  };
  const double y = samples.target[i];
  if (samples.loss.kind == LossKind::softmax) {
    int moves = 0;
    const auto target = static_cast<size_t>(y);
    for (size_t c = 0; c < k; ++c) {
      if (c == target) continue;
      const int sign = sign_of(target, c);
      if (sign < 0 || sign == 2) return -1;
      moves |= sign;
    }
    return moves;
  }
  const int sign = sign_of(0, 0);
  if (sign == 2) return -1;
  if (samples.loss.kind == LossKind::poisson) {
    if (y > 0) return sign == 0 ? 0 : -1;
    return sign > 0 ? -1 : -sign;
  }
  // A soft target grows without bound on both sides.
  if (y != 0 && y != 1) return sign == 0 ? 0 : -1;
  return y == 1 ? sign : -sign;
}

// The least and largest cell of each column over the rows of weight > 0 in a set and outside it.
struct Ranges {
  std::vector<double> low_in, high_in, low_out, high_out;  // [columns]

  template <class Set>
  Ranges(const Samples& samples, const Set& in) {
    constexpr double infinity = std::numeric_limits<double>::infinity();
    const size_t p = columns(*samples.design);
    low_in.assign(p, infinity), high_in.assign(p, -infinity);
    low_out = low_in, high_out = high_in;
    // Sparse rows: what a row leaves out is 0, seen once a side where a column has fewer cells.
    std::vector<size_t> cells_in(p), cells_out(p);
    size_t rows_in = 0, rows_out = 0;
    auto see = [&](bool inside, size_t j, double cell) {
      double& low = inside ? low_in[j] : low_out[j];
      double& high = inside ? high_in[j] : high_out[j];
      low = std::min(low, cell), high = std::max(high, cell);
      ++(inside ? cells_in : cells_out)[j];
    };
    for (size_t i = 0; i < rows(*samples.design); ++i) {
      if (!samples.weight.empty() && samples.weight[i] == 0) continue;
      const bool inside = in(samples.target[i]);
      ++(inside ? rows_in : rows_out);
      std::visit(
          [&](const auto& m) {
            each_cell(m, i, [&](size_t j, double cell) { see(inside, j, cell); });
          },
          *samples.design);
    }
    for (size_t j = 0; j < p; ++j) {
      if (cells_in[j] < rows_in) see(true, j, 0);
      if (cells_out[j] < rows_out) see(false, j, 0);
    }
  }
};

// A column, with the intercept, that is a witness by itself, or empty: a threshold with all rows of
// the class (of Poisson: all counts above zero) on its one side and all others on its other, rows
// on the threshold allowed on both. Standardized columns too: the threshold is one of their cells.
std::vector<double> find_column_witness(const LinearPredictor& predictor) {
  const Samples& samples = predictor.samples;
  const size_t k = samples.outputs, p = columns(*samples.design);
  const bool counts = samples.loss.kind == LossKind::poisson;
  std::vector<double> d(k * (p + 1), 0.0);
  for (size_t c = 0; c < k; ++c) {
    const Ranges range(samples, [&](double y) {
      return counts ? y > 0 : (k == 1 ? y > 0.5 : y == static_cast<double>(c));
    });
    for (size_t j = 0; j < p; ++j)
      for (double sign : {1.0, -1.0}) {
        const double inner = sign > 0 ? range.low_in[j] : range.high_in[j];
        const double beyond = sign > 0 ? range.high_out[j] : range.low_out[j];
        if (counts && range.low_in[j] != range.high_in[j]) continue;
        if (!(sign * inner >= sign * beyond)) continue;
        d[c * p + j] = sign;
        d[k * p + c] = -sign * inner;
        if (is_witness(predictor, d)) return d;
        d[c * p + j] = d[k * p + c] = 0;
      }
  }
  return {};
}

}  // namespace

bool is_witness(const LinearPredictor& predictor, std::span<const double> d) {
  const Samples& samples = predictor.samples;
  const LossKind kind = samples.loss.kind;
  if (kind != LossKind::logistic && kind != LossKind::softmax && kind != LossKind::poisson)
    return false;
  for (double c : d)
    if (!std::isfinite(c)) return false;
  if (!in_recession_cone(predictor, d)) return false;
  std::atomic<bool> forbidden{false}, moves{false};
  parallel_blocks(rows(*samples.design), 4096, [&](size_t, size_t begin, size_t end) {
    ExactSum sum;
    for (size_t i = begin; i < end && !forbidden; ++i) {
      if (!samples.weight.empty() && samples.weight[i] == 0) continue;
      const int verdict = judge_row(samples, d, i, sum);
      if (verdict < 0) forbidden = true;
      if (verdict > 0) moves = true;
    }
  });
  return !forbidden && moves;
}

std::vector<double> find_witness(const LinearPredictor& predictor, std::span<const double> moved) {
  const Samples& samples = predictor.samples;
  const size_t k = samples.outputs, p = columns(*samples.design), size = moved.size();
  if (samples.loss.kind != LossKind::logistic && samples.loss.kind != LossKind::softmax &&
      samples.loss.kind != LossKind::poisson)
    return {};
  std::vector<double> d(size, 0.0);
  for (size_t c = 0; c < k; ++c)
    for (double sign : {1.0, -1.0}) {
      d[k * p + c] = sign;
      if (is_witness(predictor, d)) return d;
      d[k * p + c] = 0;
    }
  if (predictor.penalty.l1 > 0 || predictor.penalty.l2 > 0) return {};
  if (std::vector<double> column = find_column_witness(predictor); !column.empty()) return column;

  double largest = 0;
  for (double m : moved) largest = std::max(largest, std::abs(m));
  if (!(largest > 0) || !std::isfinite(largest)) return {};
  // The direction itself, then with its small parts removed and rounded to ever shorter fractions.
  for (size_t j = 0; j < size; ++j) d[j] = moved[j] / largest;
  if (is_witness(predictor, d)) return d;
  for (double grain : {0x1p-20, 0x1p-12, 0x1p-8, 0x1p-6, 0x1p-4, 0x1p-3, 0x1p-2, 0x1p-1, 1.0}) {
    for (size_t j = 0; j < size; ++j) d[j] = std::round(moved[j] / largest / grain) * grain;
    if (is_witness(predictor, d)) return d;
  }
  return {};
}

}  // namespace thalweg
