#include "thalweg/certify/condition.hpp"

#include <Eigen/Dense>
#include <cmath>
#include <vector>

#include "thalweg/certify/newton_step.hpp"
#include "thalweg/objective/row_sample.hpp"

namespace thalweg {
namespace {

constexpr size_t most_parameters = 500;

double spread(const Eigen::MatrixXd& h, Eigen::Index left_out) {
  const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> eigen(h, Eigen::EigenvaluesOnly);
  const double largest = eigen.eigenvalues()[h.rows() - 1];
  const double least = eigen.eigenvalues()[left_out];
  if (!(least > 1e-15 * largest)) return std::numeric_limits<double>::infinity();
  return largest / least;
}

}  // namespace

Condition condition(const LinearPredictor& predictor, std::span<const double> x) {
  // A Hessian of all rows would cost as much as a step of the solver.
  const size_t enough = 100 * x.size();
  if (rows(*predictor.samples.design) > 4 * enough && x.size() <= most_parameters) {
    const RowSample part(predictor.samples, enough);
    Condition out = condition({part.samples(), predictor.penalty}, x);
    out.estimated = true;
    return out;
  }
  Condition out;
  const Samples& samples = predictor.samples;
  const size_t k = samples.outputs, size = x.size(), p = size / k - 1, n = rows(*samples.design);
  if (size > most_parameters || p == 0) return out;
  std::vector<double> z(n * k), full(size * size);
  predict(*samples.design, k, x, z);
  hessian(samples, curvatures(samples, z), full);
  using Matrix = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
  const auto m = static_cast<Eigen::Index>(size);
  const Eigen::MatrixXd sample = Eigen::Map<Matrix>(full.data(), m, m);
  if (!sample.allFinite()) return out;
  const Eigen::Index shifts = samples.loss.kind == LossKind::softmax ? 1 : 0;
  auto with_l2 = [&](Eigen::MatrixXd h) {
    for (size_t j = 0; j < k * p; ++j)
      h(static_cast<Eigen::Index>(j), static_cast<Eigen::Index>(j)) += predictor.penalty.l2;
    return h;
  };
  out.number = spread(with_l2(sample), shifts);

  // x = D x' + mean: H' = T'HT with T = [D, 0; -mean'D, 1] for each output.
  std::vector<double> weights(n), sums(p + 1), squares(p + 1);
  for (size_t i = 0; i < n; ++i) weights[i] = weight_of(samples, i);
  combine(*samples.design, 1, weights, sums);
  Samples plain = samples;
  plain.outputs = 1;
  column_squares(plain, squares);
  Eigen::MatrixXd t = Eigen::MatrixXd::Identity(m, m);
  out.widest_deviation = 0;
  out.narrowest_deviation = std::numeric_limits<double>::infinity();
  for (size_t j = 0; j < p; ++j) {
    const double mean = sums[j] / samples.total_weight;
    const double deviation = std::sqrt(std::max(squares[j] - mean * mean, 0.0));
    if (!(deviation > 0)) continue;
    if (deviation > out.widest_deviation) out.widest_deviation = deviation, out.widest = j;
    if (deviation < out.narrowest_deviation) out.narrowest_deviation = deviation, out.narrowest = j;
    for (size_t c = 0; c < k; ++c) {
      const auto weight = static_cast<Eigen::Index>(c * p + j);
      t(weight, weight) = 1 / deviation;
      t(static_cast<Eigen::Index>(k * p + c), weight) = -mean / deviation;
    }
  }
  out.standardized = spread(with_l2(t.transpose() * sample * t), shifts);
  return out;
}

}  // namespace thalweg
