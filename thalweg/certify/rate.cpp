#include "thalweg/certify/rate.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

namespace thalweg {

Rate fit_rate(std::span<const double> steps, std::span<const double> excess) {
  Rate out;
  const size_t n = steps.size();
  if (n < 4) return out;
  std::vector<double> y(n);
  double mean_x = 0, mean_y = 0;
  for (size_t i = 0; i < n; ++i) {
    if (!(excess[i] > 0) || !std::isfinite(excess[i])) return out;
    y[i] = std::log(excess[i]);
    mean_x += steps[i], mean_y += y[i];
  }
  mean_x /= static_cast<double>(n), mean_y /= static_cast<double>(n);
  double sxx = 0, sxy = 0;
  for (size_t i = 0; i < n; ++i) {
    sxx += (steps[i] - mean_x) * (steps[i] - mean_x);
    sxy += (steps[i] - mean_x) * (y[i] - mean_y);
  }
  if (!(sxx > 0)) return out;
  const double slope = sxy / sxx;
  double square = 0, lagged = 0, before = 0;
  for (size_t i = 0; i < n; ++i) {
    const double residual = y[i] - mean_y - slope * (steps[i] - mean_x);
    square += residual * residual;
    if (i > 0) lagged += residual * before;
    before = residual;
  }
  const double rho = square > 0 ? std::clamp(lagged / square, 0.0, 0.99) : 0;
  const double deviation =
      std::sqrt(square / static_cast<double>(n - 2) / sxx * (1 + rho) / (1 - rho));
  // Student's t at 97.5 % for n - 2 degrees of freedom, to 2 %: 1.96 + 2.4/dof + 3.4/dof^2.
  const double dof = static_cast<double>(n - 2);
  const double half = (1.96 + 2.4 / dof + 3.4 / (dof * dof)) * deviation;
  out.fitted = std::exp(slope);
  out.low = std::exp(slope - half);
  out.high = std::exp(slope + half);
  // Superlinear: the last factors shrink and end far below the fitted one.
  if (n >= 4) {
    const double last = y[n - 1] - y[n - 2], earlier = y[n - 2] - y[n - 3];
    out.superlinear = last < 1.5 * earlier && earlier < 0 && last < -2;
  }
  return out;
}

Forecast forecast_steps(const Rate& rate, double excess, double target) {
  Forecast out;
  if (!(excess > 0) || !(target > 0)) {
    out.refusal = "no positive excess and target to go by";
    return out;
  }
  if (excess <= target) {
    out.steps = out.low = out.high = 0;
    return out;
  }
  if (!(rate.high < 1)) {
    out.refusal = "the fitted rate is not significantly below 1";
    return out;
  }
  const double way = std::log(target / excess);
  out.steps = std::ceil(way / std::log(rate.fitted));
  out.low = std::ceil(way / std::log(rate.low));
  out.high = std::ceil(way / std::log(rate.high));
  if (out.high > 10 * out.low) {
    out.refusal = "the interval of the forecast spans more than a factor 10";
    out.steps = out.low = out.high = unknown;
  }
  return out;
}

}  // namespace thalweg
