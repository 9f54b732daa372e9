#include "thalweg/objective/smoothed_hinge.hpp"

#include <algorithm>

#include "thalweg/base/parallel.hpp"

namespace thalweg {
SmoothedHinge::SmoothedHinge(Objective& hinge, std::span<const double> center, double sigma)
    : hinge_(hinge),
      sample_(hinge.linear_predictor()->samples),
      l2_(hinge.linear_predictor()->penalty.l2),
      weights_(hinge.size() - 1),
      center_(center),
      sigma_(sigma),
      z_(center.size()),
      dual_(center.size()),
      curvature_(center.size()),
      residual_(center.size()) {}

double SmoothedHinge::evaluate(std::span<const double> x, std::span<double> g) {
  const size_t n = z_.size();
  predict(*sample_.design, 1, x, z_);
  double value = parallel_sum(n, [&](size_t i) {
    const double y = 2 * sample_.target[i] - 1;
    const double s = weight_of(sample_, i);
    const double m = 1 - y * z_[i];
    const double free = center_[i] + m / sigma_;
    const double a = std::clamp(free, 0.0, 1.0);
    dual_[i] = a;
    curvature_[i] = free > 0 && free < 1 ? 1 / sigma_ : 0;
    residual_[i] = -s * y * a;
    return s * (a * m - sigma_ / 2 * (a - center_[i]) * (a - center_[i]));
  });
  value /= sample_.total_weight;
  combine(*sample_.design, 1, residual_, g);
  for (double& c : g) c /= sample_.total_weight;
  double square = 0;
  for (size_t j = 0; j < weights_; ++j) {
    g[j] += l2_ * x[j];
    square += x[j] * x[j];
  }
  return value + l2_ / 2 * square;
}

double SmoothedHinge::value_and_gradient(std::span<const double> x, std::span<double> gradient) {
  return evaluate(x, gradient);
}

double SmoothedHinge::value(std::span<const double> x) {
  Buffer<double> gradient(size());
  return evaluate(x, gradient);
}

void SmoothedHinge::hessian(std::span<double> h) {
  thalweg::hessian(sample_, curvature_, h);
  for (size_t j = 0; j < weights_; ++j) h[j * size() + j] += l2_;
}

void SmoothedHinge::product(std::span<const double> d, std::span<double> out) {
  hessian_product(sample_, curvature_, d, out);
  for (size_t j = 0; j < weights_; ++j) out[j] += l2_ * d[j];
}

double SmoothedHinge::smoothness() {
  std::vector<double> squares(weights_);
  column_squares(sample_, squares);
  double trace = 1;  // the intercept's
  for (double square : squares) trace += square;
  return trace / sigma_ + l2_;
}

}  // namespace thalweg
