#include "thalweg/certify/self_concordance.hpp"

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>
#include <vector>

#include "thalweg/base/parallel.hpp"
#include "thalweg/certify/dual.hpp"
#include "thalweg/certify/gap.hpp"
#include "thalweg/certify/newton_step.hpp"

namespace thalweg {
namespace {

constexpr double u = 0x1p-53;
constexpr size_t most_parameters = 2000;

// delta + (1 - delta) ln(1 - delta) = delta^2/2 + delta^3/6 + delta^4/12 + …
double concordance(double delta) {
  if (delta < 0.01) {
    double sum = 0, power = delta * delta;
    for (int k = 2; k < 12; ++k, power *= delta) sum += power / (k * (k - 1));
    return sum;
  }
  return delta + (1 - delta) * std::log1p(-delta);
}

}  // namespace

void bound_by_self_concordance(const LinearPredictor& predictor, std::span<const double> x,
                               std::span<const double> z, std::span<const double> maxima,
                               Certificate& certificate) {
  const Samples& samples = predictor.samples;
  const LossRow& row = loss_row(samples.loss.kind);
  const bool squared = samples.loss.kind == LossKind::squared;
  if (!squared && !row.self_concordant) {
    certificate.refusal = "no bound is known for loss " + row.name + " without a penalty";
    return;
  }
  const size_t k = samples.outputs, p = maxima.size(), n = z.size() / k, size = x.size();
  if (size > most_parameters) {
    certificate.refusal = "more than 2,000 parameters without a penalty";
    return;
  }
  // Softmax: shifts common to all classes change nothing, so the last class is held.
  const bool softmax = samples.loss.kind == LossKind::softmax;
  std::vector<size_t> kept;
  for (size_t c = 0; c + (softmax ? 1 : 0) < k; ++c)
    for (size_t j = 0; j < p; ++j) kept.push_back(c * p + j);
  for (size_t c = 0; c + (softmax ? 1 : 0) < k; ++c) kept.push_back(k * p + c);
  const auto m = static_cast<Eigen::Index>(kept.size());
  // With a penalty on its weights the last class is no longer free to be held.
  if (softmax && (predictor.penalty.l2 > 0 || !predictor.penalty.smooth())) {
    certificate.refusal = "softmax with a penalty is certified by its dual";
    return;
  }

  const std::vector<double> theta = derivatives(samples, z);
  const std::vector<double> curvature = curvatures(samples, z);
  const std::vector<double> q_full = least_subgradient(predictor, x, theta);
  std::vector<double> full(size * size);
  hessian(samples, curvature, full);
  Eigen::MatrixXd h(m, m);
  Eigen::VectorXd q(m), scale(m), error(m);
  const double e = prediction_rounding(x, k, maxima) + 32 * u;
  const double chain = static_cast<double>(addition_chain(n) + sum_chain(n) + p + 32);
  // Mean of |f'| and largest f'': an error e of z moves the gradient by f'' e |x|.
  const double mass = parallel_sum(n,
                                   [&](size_t i) {
                                     double sum = 0;
                                     for (size_t c = 0; c < k; ++c)
                                       sum += std::abs(theta[i * k + c]);
                                     return weight_of(samples, i) * sum;
                                   }) /
                      samples.total_weight;
  const double steepest = softmax ? 1 : *std::max_element(curvature.begin(), curvature.end());
  for (Eigen::Index a = 0; a < m; ++a) {
    const size_t j = kept[static_cast<size_t>(a)];
    for (Eigen::Index b = 0; b < m; ++b) h(a, b) = full[j * size + kept[static_cast<size_t>(b)]];
    if (j < k * p) h(a, a) += predictor.penalty.l2;
    q[a] = q_full[j];
    const double largest = j < k * p ? maxima[j % p] : 1;
    error[a] = chain * u *
                   (mass * largest + std::abs(q[a]) +
                    (j < k * p ? predictor.penalty.l2 * std::abs(x[j]) : 0)) +
               1.01 * e * largest * steepest;
    if (!(h(a, a) > 0)) {
      certificate.refusal = "the Hessian is singular: a column without curvature";
      return;
    }
    scale[a] = 1 / std::sqrt(h(a, a));
  }
  const Eigen::MatrixXd scaled = scale.asDiagonal() * h * scale.asDiagonal();
  const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> eigen(scaled, Eigen::EigenvaluesOnly);
  const double least = eigen.eigenvalues()[0];
  const double doubt = (static_cast<double>(m) + 2 * chain + 8) * u * static_cast<double>(m) +
                       4 * e * static_cast<double>(m);
  const double shift = least / 2;
  Eigen::MatrixXd shifted = scaled;
  shifted.diagonal().array() -= shift;
  const double proved = shift - doubt;
  if (!(proved > 0) || Eigen::LLT<Eigen::MatrixXd>(shifted).info() != Eigen::Success) {
    certificate.refusal = "the Hessian is numerically singular and there is no l2 penalty";
    return;
  }
  // nu <= |d|_H + |D^-1 (q + H d)| / sqrt(mu').
  const Eigen::LLT<Eigen::MatrixXd> factor(scaled);
  const Eigen::VectorXd scaled_q = scale.cwiseProduct(q);
  Eigen::VectorXd y = -factor.solve(scaled_q);
  y -= factor.solve(scaled_q + scaled * y);
  const Eigen::VectorXd rest = scaled_q + scaled * y;
  const double hy = std::sqrt(std::max(y.dot(scaled * y), 0.0) + doubt * y.squaredNorm());
  const double slack =
      scale.cwiseProduct(error).norm() + doubt * y.norm() + 4 * u * scaled_q.norm();
  const double nu = hy + (rest.norm() + slack) / std::sqrt(proved);

  double rho = 0;
  if (!squared) {
    // |D^-1 x_i| at most, from the columns' maxima where that is enough, else row by row.
    double bound = 0;
    for (Eigen::Index a = 0; a < m; ++a) {
      const size_t j = kept[static_cast<size_t>(a)];
      const double largest = j < k * p ? maxima[j % p] : 1;
      bound += largest * scale[a] * largest * scale[a];
    }
    rho = std::sqrt(bound * (softmax ? 2 : 1) / proved);
  }
  const double delta = rho * nu;
  if (!(delta < 1) || !std::isfinite(nu)) {
    certificate.refusal = "too far from the minimizer for the Newton decrement to bound the value";
    return;
  }
  certificate.kind = CertificateKind::self_concordance;
  const double bound = squared || rho == 0 ? nu * nu / 2 : concordance(delta) / (rho * rho);
  const double plain = squared || rho == 0 ? hy * hy / 2 : concordance(rho * hy) / (rho * rho);
  // The verifier's own rounding terms differ a little from these.
  certificate.bound = 1.02 * bound + std::numeric_limits<double>::min();
  certificate.rounding = certificate.bound - plain;
  certificate.shift = shift;
  certificate.direction.assign(size, 0.0);
  for (Eigen::Index a = 0; a < m; ++a)
    certificate.direction[kept[static_cast<size_t>(a)]] = scale[a] * y[a];
}

}  // namespace thalweg
