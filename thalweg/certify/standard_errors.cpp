#include "thalweg/certify/standard_errors.hpp"

#include <Eigen/Dense>
#include <cmath>
#include <numbers>

#include "thalweg/monitor/record.hpp"
#include "thalweg/monitor/trend.hpp"
#include "thalweg/tensor/buffer.hpp"

namespace thalweg {
namespace {

// P(|T| <= t). Source: Abramowitz, Stegun, 26.7.3 and 26.7.4.
double central_share(double t, size_t freedom) {
  const double n = static_cast<double>(freedom), theta = std::atan(t / std::sqrt(n));
  const double cosine = std::cos(theta), square = cosine * cosine;
  const bool odd = freedom % 2 == 1;
  double term = odd ? cosine : 1, sum = 0;
  for (size_t k = odd ? 3 : 2; k <= freedom; k += 2) {
    sum += term;
    term *= square * static_cast<double>(k - 1) / static_cast<double>(k);
  }
  return odd ? 2 / std::numbers::pi * (theta + std::sin(theta) * sum) : std::sin(theta) * sum;
}

}  // namespace

double two_sided_t(size_t freedom) {
  if (freedom == 0) return unknown;
  if (freedom > 200) return t_quantile(0.025, freedom);
  double low = 1, high = 13;
  for (int i = 0; i < 60; ++i) {
    const double middle = (low + high) / 2;
    (central_share(middle, freedom) < 0.95 ? low : high) = middle;
  }
  return low;
}

Estimates estimate_parameters(LeastSquares& squares, std::span<const double> x) {
  const size_t m = squares.count(), n = x.size();
  Buffer<double> r(m), jacobian(m * n);
  squares.residuals(x, r);
  squares.jacobian(x, jacobian);
  double sum = 0;
  for (const double c : r) sum += c * c;
  Estimates out;
  out.freedom = m > n ? m - n : 0;
  out.residual_deviation =
      out.freedom > 0 ? std::sqrt(sum / static_cast<double>(out.freedom)) : unknown;
  const auto columns = static_cast<Eigen::Index>(n);
  Eigen::MatrixXd j =
      Eigen::Map<const Eigen::MatrixXd>(jacobian.data(), static_cast<Eigen::Index>(m), columns);
  // Columns of length 1, so that units do not decide what is singular.
  Eigen::VectorXd scale = j.colwise().norm();
  for (double& c : scale)
    if (!(c > 0)) c = 1;
  j = j * scale.cwiseInverse().asDiagonal();
  const Eigen::ColPivHouseholderQR<Eigen::MatrixXd> qr(j);
  const double t = two_sided_t(out.freedom);
  const bool full = out.freedom > 0 && qr.rank() == columns;
  Eigen::MatrixXd inverse;
  if (full)
    inverse =
        qr.colsPermutation() * qr.matrixQR().topRows(columns).triangularView<Eigen::Upper>().solve(
                                   Eigen::MatrixXd::Identity(columns, columns));
  for (Eigen::Index k = 0; k < columns; ++k) {
    const double value = x[static_cast<size_t>(k)];
    const double error = full ? out.residual_deviation * inverse.row(k).norm() / scale[k]
                         : out.freedom > 0 ? std::numeric_limits<double>::infinity()
                                           : unknown;
    out.parameters.push_back({value, error, value / error, value - t * error, value + t * error});
  }
  return out;
}

}  // namespace thalweg
