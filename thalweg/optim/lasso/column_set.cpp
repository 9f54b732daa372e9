#include "thalweg/optim/lasso/column_set.hpp"

#include <algorithm>
#include <cmath>

#include "thalweg/base/parallel.hpp"
#include "thalweg/kernel/axpy.hpp"
#include "thalweg/optim/lasso/cycles.hpp"
#include "thalweg/optim/lasso/lasso.hpp"

namespace thalweg {

ColumnSet::ColumnSet(const Samples& samples)
    : padded_((rows(*samples.design) + 7) / 8 * 8),
      root_(padded_, 0.0),
      mean_(columns(*samples.design)),
      norm_(mean_.size()),
      tilt_(mean_.size(), 0.0),
      target_(padded_, 0.0),
      w_(mean_.size(), 0.0) {
  const size_t n = rows(*samples.design), p = mean_.size();
  std::vector<double> weight(n), sums(p + 1);
  for (size_t i = 0; i < n; ++i) {
    weight[i] = weight_of(samples, i);
    root_[i] = std::sqrt(weight[i] / samples.total_weight);
    target_mean_ += weight[i] / samples.total_weight * samples.target[i];
  }
  combine(*samples.design, 1, weight, sums);
  for (size_t j = 0; j < p; ++j) mean_[j] = sums[j] / samples.total_weight;
  for (size_t i = 0; i < n; ++i) target_[i] = root_[i] * (samples.target[i] - target_mean_);
  residual_ = target_;
  scale_ = std::sqrt(2 * loss());
}

double ColumnSet::loss() const { return 0.5 * dot(padded_, residual_.data(), residual_.data()); }

double ColumnSet::rounding(size_t j) const {
  return (static_cast<double>(padded_ + 8) * 0x1p-53 * scale_ + drift_) *
         std::hypot(norm_[j], tilt_[j]);
}

void ColumnSet::take(size_t j, double by) {
  add(j, -by, residual_.data());
  shift_ += by * tilt_[j];
}

void ColumnSet::change(size_t j, double to) {
  const double by = to - w_[j];
  take(j, by);
  w_[j] = to;
  drift_ += 0x1p-52 * (scale_ + std::abs(by) * norm_[j]);
}

void ColumnSet::settle() {
  if (shift_ != 0) add_scaled(padded_, shift_, root_.data(), residual_.data());
  shift_ = 0;
}

void ColumnSet::set(std::span<const double> weights) {
  std::fill(w_.begin(), w_.end(), 0.0);
  residual_ = target_;
  drift_ = 0x1p-52 * scale_;
  for (size_t j = 0; j < w_.size(); ++j)
    if (weights[j] != 0) change(j, weights[j]);
  settle();
}

void ColumnSet::slopes(std::span<const size_t> which, std::span<double> v) const {
  parallel_blocks(which.size(), 64, [&](size_t, size_t begin, size_t end) {
    for (size_t k = begin; k < end; ++k) v[which[k]] = -product(which[k], residual_.data());
  });
}

// On the residual itself.
class ColumnSet::Cycles {
 public:
  Cycles(ColumnSet& on, const Penalty& penalty, std::span<double> v)
      : on_(on), penalty_(penalty), v_(v), loss_(on.loss()) {}

  double step(size_t j) {
    const double h = on_.norm_[j] * on_.norm_[j];
    if (h == 0) return 0;
    const double before = on_.w_[j], v = slope(j);
    const double to = coordinate_minimizer(penalty_, before, v, h);
    go(j, to, v);
    return 0.5 * (h + penalty_.l2) * (to - before) * (to - before);
  }

  double weight(size_t j) const { return on_.w_[j]; }

  void move(size_t j, double to) {
    to = std::clamp(to, penalty_.lower, penalty_.upper);
    if (to != on_.w_[j]) go(j, to, slope(j));
  }

  double value(std::span<const size_t> active) const {
    double sum = loss_;
    for (size_t j : active)
      sum += penalty_.l1 * std::abs(on_.w_[j]) + penalty_.l2 / 2 * on_.w_[j] * on_.w_[j];
    return sum;
  }

  double gap(std::span<const size_t> which) {
    on_.settle();
    loss_ = on_.loss();
    on_.slopes(which, v_);
    for (auto* of : {&weights_, &found_, &error_}) of->clear();
    for (size_t j : which) {
      weights_.push_back(on_.w_[j]), found_.push_back(v_[j]);
      error_.push_back(on_.rounding(j));
    }
    return lasso_gap(penalty_, loss_, weights_, found_, error_);
  }

 private:
  double slope(size_t j) const {
    return -on_.product(j, on_.residual_.data()) - on_.shift_ * on_.tilt_[j];
  }

  void go(size_t j, double to, double v) {
    const double by = to - on_.w_[j];
    if (by == 0) return;
    loss_ += by * (v + 0.5 * by * on_.norm_[j] * on_.norm_[j]);
    on_.change(j, to);
  }

  ColumnSet& on_;
  const Penalty& penalty_;
  std::span<double> v_;
  double loss_;
  std::vector<double> weights_, found_, error_;  // of the columns that a gap is about
};

void ColumnSet::descend(std::span<const size_t> which, const Penalty& penalty, double enough,
                        std::span<double> v) {
  Cycles cycles(*this, penalty, v);
  descend_cycles(cycles, which, enough);
}

}  // namespace thalweg
