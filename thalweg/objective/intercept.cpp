#include "thalweg/objective/intercept.hpp"

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>
#include <limits>
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

// Sums of first and second derivatives.
struct Slope {
  double first = 0, second = 0;
  Slope& operator+=(const Slope& other) {
    first += other.first;
    second += other.second;
    return *this;
  }
};

// The shift where the derivative changes sign: Newton steps, kept inside a bracket once there is
// one and doubled until then.
bool minimize_scalar(const Samples& samples, std::span<const double> z, double& shift) {
  auto slope_at = [&](double c) {
    Slope sum;
    scalar::visit(samples.loss, [&](const auto& f) {
      sum = parallel_sum(z.size(), [&](size_t i) {
        const auto at = f.at(z[i] + c, samples.target[i]);
        const double s = weight_of(samples, i);
        return Slope{s * at.derivative, s * at.curvature};
      });
      return 0.0;
    });
    return Slope{sum.first / samples.total_weight, sum.second / samples.total_weight};
  };
  constexpr double infinity = std::numeric_limits<double>::infinity();
  double low = -infinity, high = infinity, c = 0, reach = 1;
  for (int i = 0; i < 400; ++i) {
    const Slope at = slope_at(c);
    if (!std::isfinite(at.first)) return false;
    if (at.first == 0) {
      // Far out a slope of 0 is an exponential that vanished, not a minimum.
      if (std::abs(c) > 700 && loss_row(samples.loss.kind).self_concordant) return false;
      break;
    }
    (at.first > 0 ? high : low) = c;
    double next = at.second > 0 ? c - at.first / at.second : -at.first * infinity;
    if (!std::isfinite(low) || !std::isfinite(high)) {
      // No bracket yet: not farther than twice the last reach.
      next = std::clamp(next, c - reach, c + reach);
      if (next == c) next = at.first > 0 ? c - reach : c + reach;
      reach *= 2;
      if (reach > 0x1p60) return false;
    } else if (!(next > low && next < high)) {
      next = low + 0.5 * (high - low);
      if (next <= low || next >= high) break;
    }
    if (std::abs(next - c) <= 1e-16 * (std::abs(c) + 1e-3)) break;
    c = next;
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

// Two labels at one common z are a problem of two rows. Where that is what this is, solves it.
bool minimize_common(const Samples& samples, std::span<const double> z, double& shift,
                     bool& attained) {
  if (loss_row(samples.loss.kind).target != TargetKind::binary) return false;
  for (double v : z)
    if (v != z[0]) return false;
  const double ones =
      parallel_sum(z.size(), [&](size_t i) { return weight_of(samples, i) * samples.target[i]; });
  const double two_z[2] = {z[0], z[0]}, two_targets[2] = {0, 1};
  const double two_weights[2] = {samples.total_weight - ones, ones};
  Samples two = samples;
  two.target = two_targets;
  two.weight = two_weights;
  attained = two_weights[0] > 0 && ones > 0 && minimize_scalar(two, two_z, shift);
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
    default: {
      bool attained = false;
      if (!minimize_common(samples, z, shift, attained))
        attained = minimize_scalar(samples, z, shift);
      if (!attained) return false;
    }
  }
  if (!std::isfinite(shift)) return false;
  shift_all(z, shift);
  intercepts[0] += shift;
  return true;
}

}  // namespace thalweg
