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

// Sums of first and second derivatives.
struct Slope {
  double first = 0, second = 0;
  Slope& operator+=(const Slope& other) {
    first += other.first;
    second += other.second;
    return *this;
  }
};

// Between two shifts of a bracket: halves the exponent where they are far apart, then the width.
double middle(double low, double high) {
  if (low < 0 && high > 0) return 0;
  constexpr double least = std::numeric_limits<double>::min();
  const double near = std::max(std::min(std::abs(low), std::abs(high)), least);
  const double far = std::max(std::abs(low), std::abs(high));
  if (far <= 4 * near) return low + 0.5 * (high - low);
  return std::copysign(std::sqrt(near) * std::sqrt(far), high > 0 ? high : low);
}

// Shifts between which the derivative changes sign: where every row's does. False where a row's
// never vanishes and the rows agree in its sign (logistic loss, one class).
bool bracket(const Samples& samples, std::span<const double> z, double& low, double& high) {
  double ones = 0, zeros = 0;
  low = std::numeric_limits<double>::infinity(), high = -low;
  for (size_t i = 0; i < z.size(); ++i) {
    const double s = weight_of(samples, i), y = samples.target[i];
    if (s == 0) continue;
    if (!std::isfinite(z[i])) return false;
    ones += s * y, zeros += s * (1 - y);
    double from = y - z[i], to = from;  // huber, quantile
    if (loss_row(samples.loss.kind).target == TargetKind::binary) from = -1 - z[i], to = 1 - z[i];
    if (samples.loss.kind == LossKind::logistic) from = to = -z[i];
    low = std::min(low, from), high = std::max(high, to);
  }
  if (samples.loss.kind != LossKind::logistic) return low <= high;
  if (!(ones > 0 && zeros > 0)) return false;
  const double odds = std::log(ones / zeros);
  low += odds, high += odds;
  return true;
}

// The shift where the derivative changes sign: Newton kept inside a bracket.
bool minimize_scalar(const Samples& samples, std::span<const double> z, double& shift) {
  auto slope_at = [&](double c) {
    Slope sum;
    scalar::visit(samples.loss, [&](const auto& f) {
      sum = parallel_sum(z.size(), [&](size_t i) {
        const double s = weight_of(samples, i);
        if (s == 0) return Slope{};
        const auto at = f.at(z[i] + c, samples.target[i]);
        return Slope{s * at.derivative, s * at.curvature};
      });
      return 0.0;
    });
    return sum;
  };
  double low, high;
  if (!bracket(samples, z, low, high)) return false;
  double c = std::clamp(0.0, low, high);
  for (int i = 0; i < 200; ++i) {
    const Slope at = slope_at(c);
    if (at.first == 0) break;
    (at.first > 0 ? high : low) = c;
    double next = at.second > 0 ? c - at.first / at.second : c;
    bool small = false;
    if (next > low && next < high) {
      small = std::abs(next - c) <= 1e-16 * (std::abs(c) + 1e-3);
    } else {
      next = middle(low, high);
      if (!(next > low && next < high)) break;
    }
    c = next;
    if (small) break;
  }
  shift = c;
  return true;
}

// One step of generalized iterative scaling (Darroch, Ratcliff, Ann. Math. Stat. 43 (1972)), which
// never raises the value: ln(mass_k / sum_i s_i p_ik), in logarithms, so that it goes any distance.
Eigen::VectorXd scaling_shift(const Samples& samples, std::span<const double> z,
                              std::span<const double> mass) {
  const size_t k = mass.size(), n = z.size() / k;
  std::vector<double> top(k, -std::numeric_limits<double>::infinity()), sum(k, 0.0);
  for (size_t i = 0; i < n; ++i) {
    const double s = weight_of(samples, i);
    if (s == 0) continue;
    const auto row = z.subspan(i * k, k);
    const double log_sum = softmax_value(row, 0) + row[0];
    for (size_t a = 0; a < k; ++a) {
      const double log_term = std::log(s) + row[a] - log_sum;
      if (log_term > top[a]) sum[a] *= std::exp(top[a] - log_term), top[a] = log_term;
      sum[a] += std::exp(log_term - top[a]);
    }
  }
  Eigen::VectorXd out(static_cast<Eigen::Index>(k));
  for (size_t a = 0; a < k; ++a)
    out[static_cast<Eigen::Index>(a)] = std::log(mass[a]) - top[a] - std::log(sum[a]);
  return out;
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
  for (int iteration = 0; iteration < 100; ++iteration) {
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
    // Newton steps are for the neighborhood; far away, where probabilities are all 0 or 1, the
    // curvature says nothing.
    const double longest = shift.cwiseAbs().maxCoeff();
    if (!(longest <= 2) || !(h.trace() > 1e-9)) {
      shift = scaling_shift(samples, z, mass);
      if (!shift.allFinite()) return iteration > 0;
      before = std::numeric_limits<double>::infinity();
    }
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
      double top = -std::numeric_limits<double>::infinity();
      for (size_t i = 0; i < n; ++i)
        if (weight_of(samples, i) > 0) top = std::max(top, z[i]);
      const double seen =
          parallel_sum(n, [&](size_t i) { return weight_of(samples, i) * samples.target[i]; });
      const double fitted = parallel_sum(n, [&](size_t i) {
        const double s = weight_of(samples, i);
        return s > 0 ? s * std::exp(z[i] - top) : 0;
      });
      if (!(seen > 0)) return false;
      shift = std::log(seen / fitted) - top;
      break;
    }
    case LossKind::gamma: {
      double top = -std::numeric_limits<double>::infinity();
      for (size_t i = 0; i < n; ++i)
        if (weight_of(samples, i) > 0) top = std::max(top, std::log(samples.target[i]) - z[i]);
      shift = top + std::log(parallel_sum(n,
                                          [&](size_t i) {
                                            const double s = weight_of(samples, i);
                                            return s > 0
                                                       ? s * std::exp(std::log(samples.target[i]) -
                                                                      z[i] - top)
                                                       : 0;
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
