#include "thalweg/objective/intercept.hpp"

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>
#include <vector>

#include "thalweg/base/parallel.hpp"
#include "thalweg/kernel/loss/scalar.hpp"
#include "thalweg/kernel/loss/softmax.hpp"

namespace thalweg {
namespace {

constexpr size_t block_rows = 16384;

void shift_all(std::span<double> z, double shift) {
  parallel_blocks(z.size(), block_rows, [&](size_t, size_t begin, size_t end) {
    for (size_t i = begin; i < end; ++i) z[i] += shift;
  });
}

double weight_of(const Samples& samples, size_t i) {
  return samples.weight.empty() ? 1 : samples.weight[i];
}

// The shift where the derivative changes sign: bracketed by doubling, then Newton kept inside.
bool minimize_scalar(const Samples& samples, std::span<const double> z, double& shift) {
  const Loss& loss = samples.loss;
  const size_t n = z.size();
  auto slope = [&](double c) {
    return parallel_sum(n,
                        [&](size_t i) {
                          return weight_of(samples, i) *
                                 loss_derivative(loss, z[i] + c, samples.target[i]);
                        }) /
           samples.total_weight;
  };
  auto bend = [&](double c) {
    return parallel_sum(n,
                        [&](size_t i) {
                          return weight_of(samples, i) *
                                 loss_curvature(loss, z[i] + c, samples.target[i]);
                        }) /
           samples.total_weight;
  };
  double low = 0, high = 0, c = 0;
  double at = slope(0);
  if (at == 0) return shift = 0, true;
  if (!std::isfinite(at)) return false;
  // Away from the sign of the slope until it changes.
  for (double reach = 1;; reach *= 2) {
    if (reach > 0x1p60) return false;
    c = at > 0 ? -reach : reach;
    const double there = slope(c);
    if (!std::isfinite(there)) return false;
    if (there == 0 && std::abs(c) > 700 && loss_row(loss.kind).self_concordant) return false;
    (at > 0 ? low : high) = c;
    if (at > 0 ? there <= 0 : there >= 0) break;
    (at > 0 ? high : low) = c;
  }
  c = 0.5 * (low + high);
  if (low < 0 && high == 0) c = std::max(low, std::min(high, -at / std::max(bend(0), 1e-300)));
  if (high > 0 && low == 0) c = std::max(low, std::min(high, -at / std::max(bend(0), 1e-300)));
  for (int i = 0; i < 200; ++i) {
    const double d = slope(c);
    if (d == 0) break;
    (d > 0 ? high : low) = c;
    const double h = bend(c);
    double next = h > 0 ? c - d / h : 0.5 * (low + high);
    if (!(next > low && next < high)) next = 0.5 * (low + high);
    if (next == c || next <= low || next >= high) break;
    const bool small = std::abs(next - c) <= 1e-16 * (std::abs(c) + 1e-3);
    c = next;
    if (small) break;
  }
  shift = c;
  return true;
}

bool minimize_softmax(const Samples& samples, std::span<double> z, std::span<double> intercepts) {
  const size_t k = samples.outputs;
  const size_t n = z.size() / k;
  std::vector<double> mass(k, 0.0);
  for (size_t i = 0; i < n; ++i)
    mass[static_cast<size_t>(samples.target[i])] += weight_of(samples, i);
  for (double m : mass)
    if (m == 0) return false;
  const size_t blocks = block_count(n, block_rows);
  Eigen::VectorXd best_gradient;
  Eigen::VectorXd shift = Eigen::VectorXd::Zero(static_cast<Eigen::Index>(k));
  double before = std::numeric_limits<double>::infinity();
  std::vector<double> kept;
  for (int iteration = 0; iteration < 50; ++iteration) {
    // Per block: k gradients, then the k x k second moments of the probabilities.
    std::vector<double> partial(blocks * (k + k * k), 0.0);
    parallel_blocks(n, block_rows, [&](size_t block, size_t begin, size_t end) {
      double* g = partial.data() + block * (k + k * k);
      double* h = g + k;
      std::vector<double> p(k);
      for (size_t i = begin; i < end; ++i) {
        softmax_probabilities(z.subspan(i * k, k), p);
        const double s = weight_of(samples, i) / samples.total_weight;
        for (size_t a = 0; a < k; ++a) {
          g[a] += s * p[a];
          for (size_t b = 0; b < k; ++b) h[a * k + b] += s * p[a] * ((a == b ? 1.0 : 0.0) - p[b]);
        }
      }
    });
    Eigen::VectorXd g = Eigen::VectorXd::Zero(static_cast<Eigen::Index>(k));
    Eigen::MatrixXd h = Eigen::MatrixXd::Zero(g.size(), g.size());
    for (size_t block = 0; block < blocks; ++block)
      for (size_t a = 0; a < k; ++a) {
        const auto row = static_cast<Eigen::Index>(a);
        g[row] += partial[block * (k + k * k) + a];
        for (size_t b = 0; b < k; ++b)
          h(row, static_cast<Eigen::Index>(b)) += partial[block * (k + k * k) + k + a * k + b];
      }
    for (size_t a = 0; a < k; ++a)
      g[static_cast<Eigen::Index>(a)] -= mass[a] / samples.total_weight;
    const double norm = g.norm();
    if (!std::isfinite(norm)) return iteration > 0;
    if (norm >= before) {  // rounding, or a step too far: take back and stop
      std::copy(kept.begin(), kept.end(), z.begin());
      for (size_t a = 0; a < k; ++a) intercepts[a] -= shift[static_cast<Eigen::Index>(a)];
      return true;
    }
    if (norm < 1e-17) return true;
    before = norm;
    // Shifts of all classes together do not count: the ones direction is filled in.
    const Eigen::MatrixXd filled =
        h + Eigen::MatrixXd::Constant(g.size(), g.size(), h.trace() / static_cast<double>(k * k));
    shift = -filled.ldlt().solve(g);
    const double longest = shift.cwiseAbs().maxCoeff();
    if (!std::isfinite(longest)) return true;
    if (longest > 2) shift *= 2 / longest;
    kept.assign(z.begin(), z.end());
    parallel_blocks(n, block_rows, [&](size_t, size_t begin, size_t end) {
      for (size_t i = begin; i < end; ++i)
        for (size_t a = 0; a < k; ++a) z[i * k + a] += shift[static_cast<Eigen::Index>(a)];
    });
    for (size_t a = 0; a < k; ++a) intercepts[a] += shift[static_cast<Eigen::Index>(a)];
  }
  return true;
}

}  // namespace

bool minimize_intercept(const Samples& samples, std::span<double> z, std::span<double> intercepts) {
  const size_t n = z.size();
  double shift = 0;
  switch (samples.loss.kind) {
    case LossKind::softmax:
      return minimize_softmax(samples, z, intercepts);
    case LossKind::squared:
      shift = parallel_sum(
                  n, [&](size_t i) { return weight_of(samples, i) * (samples.target[i] - z[i]); }) /
              samples.total_weight;
      break;
    case LossKind::poisson: {
      // Relative to the largest z, so that nothing overflows.
      const double top = *std::max_element(z.begin(), z.end());
      const double seen =
          parallel_sum(n, [&](size_t i) { return weight_of(samples, i) * samples.target[i]; });
      const double fitted =
          parallel_sum(n, [&](size_t i) { return weight_of(samples, i) * std::exp(z[i] - top); });
      if (!(seen > 0)) return false;
      shift = std::log(seen / fitted) - top;
      break;
    }
    case LossKind::gamma: {
      double top = -std::numeric_limits<double>::infinity();
      for (size_t i = 0; i < n; ++i) top = std::max(top, std::log(samples.target[i]) - z[i]);
      shift =
          top + std::log(parallel_sum(n,
                                      [&](size_t i) {
                                        return weight_of(samples, i) *
                                               std::exp(std::log(samples.target[i]) - z[i] - top);
                                      }) /
                         samples.total_weight);
      break;
    }
    default:
      if (!minimize_scalar(samples, z, shift)) return false;
  }
  if (!std::isfinite(shift)) return false;
  shift_all(z, shift);
  intercepts[0] += shift;
  return true;
}

}  // namespace thalweg
