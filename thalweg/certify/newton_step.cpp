#include "thalweg/certify/newton_step.hpp"

#include <Eigen/Dense>
#include <cmath>

namespace thalweg {
namespace {

constexpr size_t most_factored = 2000;

bool held(const LinearPredictor& predictor, std::span<const double> x, size_t j) {
  const Penalty& r = predictor.penalty;
  if (j >= x.size() - predictor.samples.outputs) return false;
  if (r.l1 > 0 && x[j] == 0) return true;
  return x[j] <= r.lower || x[j] >= r.upper;
}

// H_F d = -g_F by Cholesky on the unit-diagonal matrix; a little is added where it is singular.
void solve_factored(const Eigen::MatrixXd& h, Eigen::VectorXd& d) {
  const Eigen::VectorXd scale =
      h.diagonal().unaryExpr([](double v) { return v > 0 ? 1 / std::sqrt(v) : 1; });
  Eigen::MatrixXd scaled = scale.asDiagonal() * h * scale.asDiagonal();
  const Eigen::VectorXd right = scale.cwiseProduct(d);
  for (double added = 1e-15; added < 1; added *= 100) {
    Eigen::MatrixXd shifted = scaled;
    shifted.diagonal().array() += added;
    const Eigen::LLT<Eigen::MatrixXd> llt(shifted);
    if (llt.info() != Eigen::Success) continue;
    d = llt.solve(right);
    d += llt.solve(right - scaled * d);  // once refined against what was added
    d = scale.cwiseProduct(d);
    if (d.allFinite()) return;
  }
  d.setZero();
}

}  // namespace

std::vector<double> curvatures(const Samples& samples, std::span<const double> z) {
  std::vector<double> out(z.size());
  evaluate_predictions(samples, z, {}, out);
  return out;
}

std::vector<double> least_subgradient(const LinearPredictor& predictor, std::span<const double> x,
                                      std::span<const double> theta) {
  const Samples& samples = predictor.samples;
  const Penalty& r = predictor.penalty;
  const size_t k = samples.outputs, n = theta.size() / k, weights = x.size() - k;
  std::vector<double> g(x.size());
  if (predictor.evaluated.at(x)) {
    std::copy(predictor.evaluated.gradient.begin(), predictor.evaluated.gradient.end(), g.begin());
    minimal_subgradient(r, x, weights, g);
    return g;
  }
  std::vector<double> weighted(theta.begin(), theta.end());
  if (!samples.weight.empty())
    for (size_t i = 0; i < n; ++i)
      for (size_t c = 0; c < k; ++c) weighted[i * k + c] *= samples.weight[i];
  combine(*samples.design, k, weighted, g);
  for (double& c : g) c /= samples.total_weight;
  for (size_t j = 0; j < weights; ++j) g[j] += r.l2 * x[j];
  minimal_subgradient(r, x, weights, g);
  return g;
}

NewtonStep newton_step(const LinearPredictor& predictor, std::span<const double> x,
                       std::span<const double> z, std::span<const double> theta,
                       const NewtonSolve& lent) {
  const Samples& samples = predictor.samples;
  const size_t size = x.size(), weights = size - samples.outputs;
  NewtonStep out;
  out.curvature = curvatures(samples, z);
  out.gradient = least_subgradient(predictor, x, theta);
  out.d.assign(size, 0.0);
  std::vector<size_t> free;
  for (size_t j = 0; j < size; ++j) {
    if (held(predictor, x, j))
      out.gradient[j] = 0;
    else
      free.push_back(j);
  }
  if (lent && free.size() == size) {
    out.d = out.gradient;
    if (lent(out.d)) {
      // The factor is of a Hessian nearby: again for what it leaves, a sweep each time, until that
      // is a tenth of the gap that the exact d would leave.
      std::vector<double> rest(size);
      out.predictions.resize(z.size());
      for (int times = 0; times < 5; ++times) {
        hessian_product(samples, out.curvature, out.d, rest, out.predictions);
        double left = 0, decrement = 0;
        for (size_t j = 0; j < size; ++j) {
          rest[j] += out.gradient[j] + (j < weights ? predictor.penalty.l2 * out.d[j] : 0);
          decrement -= out.gradient[j] * out.d[j];
          left += rest[j] * rest[j];
        }
        if (left <= 0.1 * predictor.penalty.l2 * decrement) return out;
        lent(rest);
        for (size_t j = 0; j < size; ++j) out.d[j] += rest[j];
      }
      predict(*samples.design, samples.outputs, out.d, out.predictions);
      return out;
    }
    out.d.assign(size, 0.0);
  }
  const auto m = static_cast<Eigen::Index>(free.size());
  if (size <= most_factored) {
    std::vector<double> full(size * size);
    hessian(samples, out.curvature, full);
    Eigen::MatrixXd h(m, m);
    Eigen::VectorXd d(m);
    for (Eigen::Index a = 0; a < m; ++a) {
      const size_t j = free[static_cast<size_t>(a)];
      for (Eigen::Index b = 0; b < m; ++b) h(a, b) = full[j * size + free[static_cast<size_t>(b)]];
      if (j < weights) h(a, a) += predictor.penalty.l2;
      d[a] = -out.gradient[j];
    }
    solve_factored(h, d);
    for (Eigen::Index a = 0; a < m; ++a) out.d[free[static_cast<size_t>(a)]] = d[a];
    out.predictions.resize(z.size());
    predict(*samples.design, samples.outputs, out.d, out.predictions);
    return out;
  }
  // Preconditioned conjugate gradient on the free coordinates.
  std::vector<double> diagonal(size);
  column_squares(samples, std::span(diagonal).first(size / samples.outputs));
  for (size_t j = size; j-- > 0;) {
    const size_t column = j < weights ? j % (weights / samples.outputs) : weights / samples.outputs;
    diagonal[j] = diagonal[column] + (j < weights ? predictor.penalty.l2 : 0);
    if (!(diagonal[j] > 0)) diagonal[j] = 1;
  }
  std::vector<double> r(size, 0.0), s(size, 0.0), y(size), hs(size);
  for (size_t j : free) r[j] = -out.gradient[j];
  double rho = 0, first = 0;
  for (int i = 0; i < 200; ++i) {
    double next = 0;
    for (size_t j : free) y[j] = r[j] / diagonal[j], next += r[j] * y[j];
    if (i == 0) first = next;
    if (!(next > 1e-24 * first)) break;
    for (size_t j : free) s[j] = y[j] + (i == 0 ? 0 : next / rho) * s[j];
    rho = next;
    hessian_product(samples, out.curvature, s, hs);
    double bend = 0;
    for (size_t j : free) {
      if (j < weights) hs[j] += predictor.penalty.l2 * s[j];
      bend += s[j] * hs[j];
    }
    if (!(bend > 0)) break;
    const double alpha = rho / bend;
    for (size_t j : free) out.d[j] += alpha * s[j], r[j] -= alpha * hs[j];
  }
  out.predictions.resize(z.size());
  predict(*samples.design, samples.outputs, out.d, out.predictions);
  return out;
}

}  // namespace thalweg
