#include "thalweg/optim/lasso/gram_lasso.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "thalweg/kernel/axpy.hpp"
#include "thalweg/optim/lasso/gram_descent.hpp"

namespace thalweg {

GramLasso::GramLasso(const Samples& samples)
    : p_(columns(*samples.design)),
      mean_(p_),
      norm_(p_),
      gram_(p_ * p_),
      c_(p_),
      w_(p_, 0.0),
      v_(p_),
      error_(p_),
      all_(p_) {
  std::iota(all_.begin(), all_.end(), size_t{0});
  const size_t n = rows(*samples.design), size = p_ + 1;
  double sum = 0, square = 0;
  for (size_t i = 0; i < n; ++i) sum += weight_of(samples, i) * samples.target[i];
  target_mean_ = sum / samples.total_weight;
  for (size_t i = 0; i < n; ++i)
    square += weight_of(samples, i) * samples.target[i] * samples.target[i];
  target_norm_ = std::sqrt(square / samples.total_weight);
  // Covariances from the centered target have not lost their digits to its mean.
  std::vector<double> away(n), g(size);
  half_variance_ = 0;
  for (size_t i = 0; i < n; ++i) {
    const double y = samples.target[i] - target_mean_;
    away[i] = weight_of(samples, i) * y;
    half_variance_ += away[i] * y / (2 * samples.total_weight);
  }
  combine(*samples.design, 1, away, g);
  Buffer<double> whole(size * size);
  hessian(samples, Buffer<double>(n, 1.0), whole);
  for (size_t j = 0; j < p_; ++j) {
    mean_[j] = whole[p_ * size + j];
    norm_[j] = std::sqrt(whole[j * size + j]);
    c_[j] = g[j] / samples.total_weight;
  }
  for (size_t a = 0; a < p_; ++a)
    for (size_t b = 0; b < p_; ++b) gram_[a * p_ + b] = whole[a * size + b] - mean_[a] * mean_[b];
  for (size_t j = 0; j < p_; ++j)
    // A column that is constant to rounding has no slope worth following.
    if (gram_[j * p_ + j] <= 1e-13 * whole[j * size + j]) gram_[j * p_ + j] = 0;
  rounding_ = static_cast<double>(addition_chain(n) + p_ + 8) * 0x1p-53;
}

void GramLasso::start(std::span<const double> weights) {
  std::copy(weights.begin(), weights.end(), w_.begin());
}

// v anew from w, without what steps have rounded; returns the loss.
double GramLasso::refresh() {
  double size = target_norm_;
  for (size_t j = 0; j < p_; ++j) v_[j] = -c_[j];
  for (size_t j = 0; j < p_; ++j) {
    if (w_[j] == 0) continue;
    add_scaled(p_, w_[j], gram_.data() + j * p_, v_.data());
    size += std::abs(w_[j]) * norm_[j];
  }
  // Cauchy and Schwarz: the terms of v_j are at most |x_j| times those of the residual.
  double product = 0;
  for (size_t j = 0; j < p_; ++j) {
    error_[j] = 2 * rounding_ * norm_[j] * size;
    product += w_[j] * (v_[j] - c_[j]);
  }
  return std::max(half_variance_ + 0.5 * product, 0.0);
}

LassoPoint GramLasso::solve(const Penalty& penalty, double enough) {
  for (double& w : w_) w = std::clamp(w, penalty.lower, penalty.upper);
  LassoPoint out;
  // Again where the slopes anew, without what the steps have rounded, tell of more.
  for (int round = 0; round < 3; ++round) {
    GramProblem problem{gram_.data(), p_, w_, v_, error_, refresh()};
    descend_gram(problem, all_, penalty, enough);
    out.loss = refresh();
    out.gap =
        lasso_gap(penalty, out.loss, w_, v_, error_) + rounding_ * (half_variance_ + out.loss);
    if (out.gap <= enough) break;
  }
  out.x = w_;
  out.value = out.loss;
  double intercept = target_mean_;
  for (size_t j = 0; j < p_; ++j) {
    intercept -= w_[j] * mean_[j];
    out.value += penalty_value(penalty, w_[j]);
  }
  out.x.push_back(intercept);
  return out;
}

}  // namespace thalweg
