#include "thalweg/kernel/loss/softmax.hpp"

#include "thalweg/kernel/loss/scalar.hpp"

namespace thalweg {
namespace {

double largest(std::span<const double> z) {
  double top = z[0];
  // A NaN stays: it compares false with everything.
  for (const double item : z) top = item > top || std::isnan(item) ? item : top;
  return top;
}

}  // namespace

double softmax_value(std::span<const double> z, size_t y) {
  const double top = largest(z);
  size_t peak = y;
  for (size_t k = 0; k < z.size(); ++k)
    if (z[peak] < z[k]) peak = k;
  // ln of 1 + the others, where 1 is the class on top.
  double others = 0;
  for (size_t k = 0; k < z.size(); ++k)
    if (k != peak) others += std::exp(z[k] - top);
  return (top - z[y]) + std::log1p(others);
}

void softmax_probabilities(std::span<const double> z, std::span<double> p) {
  const double top = largest(z);
  double sum = 0;
  for (size_t k = 0; k < z.size(); ++k) sum += p[k] = std::exp(z[k] - top);
  for (double& item : p) item /= sum;
}

double softmax_derivative(std::span<const double> z, size_t y, std::span<double> theta) {
  const double value = softmax_value(z, y);
  softmax_probabilities(z, theta);
  double others = 0;
  for (size_t k = 0; k < theta.size(); ++k)
    if (k != y) others += theta[k];
  theta[y] = -others;
  return value;
}

double softmax_conjugate(std::span<const double> theta, size_t y) {
  double sum = 0;
  for (size_t k = 0; k < theta.size(); ++k) {
    const double p = k == y ? 1 + theta[k] : theta[k];
    if (p < 0 || p > 1) return scalar::infinite;
    sum += k == y && p > 0.5 ? p * std::log1p(theta[k]) : scalar::x_log_x(p);
  }
  return sum;
}

double softmax_fenchel_young(std::span<const double> z, std::span<const double> theta, size_t y) {
  const double top = largest(z);
  double sum = 0, others = 0;  // of exp(z_k - top); without the class y
  for (size_t k = 0; k < z.size(); ++k) {
    const double e = std::exp(z[k] - top);
    sum += e;
    if (k != y) others += e;
  }
  const double log_sum = std::log(sum);
  double out = 0;
  for (size_t k = 0; k < z.size(); ++k) {
    const double p = std::exp(z[k] - top) / sum, log_p = (z[k] - top) - log_sum;
    const double dual = k == y ? 1 + theta[k] : theta[k];
    if (dual < 0 || dual > 1) return scalar::infinite;
    // 1 + theta_y - p_y = theta_y + (1 - p_y): near 1 the difference of the rounded would be 0.
    const double d = k == y && p > 0.5 ? theta[k] + others / sum : dual - p;
    out += scalar::divergence(dual, p, d, log_p);
  }
  return out;
}

}  // namespace thalweg
