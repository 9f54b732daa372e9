#include "thalweg/certify/witness.hpp"

#include <algorithm>
#include <atomic>
#include <cmath>

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

  template <class T>
  void operator()(const DenseMatrix<T>& m) const {
    const T* row = m.data.data() + i * m.columns;
    for (size_t j = 0; j < m.columns; ++j)
      if (d[j] != 0) sum.add_product(row[j], sign * d[j]);
    sum.add_product(1, sign * intercept);
  }
  void operator()(const SparseMatrix& m) const {
    for (int64_t c = m.begin[i]; c < m.begin[i + 1]; ++c) {
      const double dj = d[static_cast<size_t>(m.column[static_cast<size_t>(c)])];
      if (dj != 0) sum.add_product(m.value[static_cast<size_t>(c)], sign * dj);
    }
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
  const int along = y > 0.5 ? sign : -sign;
  return along;
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
  // A soft target strictly between 0 and 1 never lets a logistic row go to infinity.
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
  // Single columns, the fastest movers first, alone and against the intercepts.
  std::vector<size_t> order(k * p);
  for (size_t j = 0; j < order.size(); ++j) order[j] = j;
  std::sort(order.begin(), order.end(),
            [&](size_t a, size_t b) { return std::abs(moved[a]) > std::abs(moved[b]); });
  order.resize(std::min<size_t>(order.size(), 8));
  for (size_t j : order) {
    std::fill(d.begin(), d.end(), 0.0);
    d[j] = moved[j] < 0 ? -1 : 1;
    for (double intercept : {0.0, -d[j], d[j]}) {
      d[k * p + j / p] = intercept;
      if (is_witness(predictor, d)) return d;
    }
  }
  return {};
}

}  // namespace thalweg
