#include "thalweg/optim/lasso/column_set.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

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
  most_drift_ = 0x1p-42 * scale_;
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
  // Many steps later the residual is worth computing anew.
  if (drift_ > most_drift_) return set(std::vector<double>(w_));
  if (shift_ != 0) add_scaled(padded_, shift_, root_.data(), residual_.data());
  shift_ = 0;
}

void ColumnSet::set(std::span<const double> weights) {
  std::fill(w_.begin(), w_.end(), 0.0);
  residual_ = target_;
  shift_ = 0;
  drift_ = 0x1p-52 * scale_;
  most_drift_ = std::numeric_limits<double>::infinity();
  for (size_t j = 0; j < w_.size(); ++j)
    if (weights[j] != 0) change(j, weights[j]);
  settle();
  most_drift_ = 4 * drift_ + 0x1p-42 * scale_;
}

void ColumnSet::slopes(std::span<const size_t> which, std::span<double> v) const {
  parallel_blocks(which.size(), 64, [&](size_t, size_t begin, size_t end) {
    for (size_t k = begin; k < end; ++k) v[which[k]] = -product(which[k], residual_.data());
  });
}

// On the residual itself; what is added of the roots is kept apart until it is asked for.
struct ColumnSet::OnResidual {
  ColumnSet& on;
  double followed;  // the loss

  double curvature(size_t j) const { return on.norm_[j] * on.norm_[j]; }
  double weight(size_t j) const { return on.w_[j]; }
  double slope(size_t j) const {
    return -on.product(j, on.residual_.data()) - on.shift_ * on.tilt_[j];
  }
  double error(size_t j) const { return on.rounding(j); }
  double loss() const { return followed; }
  void settle(std::span<const size_t>) {
    on.settle();
    followed = on.loss();
  }
  void go(size_t j, double to, double slope) {
    const double by = to - on.w_[j];
    followed += by * (slope + 0.5 * by * curvature(j));
    on.change(j, to);
  }
};

void ColumnSet::descend(std::span<const size_t> which, const Penalty& penalty, double enough,
                        std::span<double> v) {
  OnResidual columns{*this, loss()};
  Cycles(columns, penalty).descend(which, enough);
  settle();
  slopes(which, v);
}

}  // namespace thalweg
