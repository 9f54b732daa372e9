#include "thalweg/certify/dual.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "thalweg/base/parallel.hpp"
#include "thalweg/kernel/loss/scalar.hpp"
#include "thalweg/kernel/loss/softmax.hpp"

namespace thalweg {
namespace {

constexpr size_t block_rows = 8192;

// A sum of products to about twice the precision of double.
struct Doubled {
  double high = 0, low = 0;
  void add(double a, double b) {
    const double product = a * b;
    const double error = std::fma(a, b, -product);
    const double sum = high + product;
    const double part = sum - high;
    low += ((high - (sum - part)) + (product - part)) + error;
    high = sum;
  }
};

// Room of theta to both ends of its domain; infinity where there is no end.
double room(const Loss& loss, double theta, double y) {
  const double far = std::numeric_limits<double>::max();
  return std::min(clip_dual(loss, far, y) - theta, theta - clip_dual(loss, -far, y));
}

bool balance(const Samples& samples, std::span<double> theta) {
  const size_t n = theta.size();
  const double up =
      parallel_sum(n, [&](size_t i) { return weight_of(samples, i) * std::max(theta[i], 0.0); });
  const double down =
      parallel_sum(n, [&](size_t i) { return weight_of(samples, i) * std::max(-theta[i], 0.0); });
  if (!std::isfinite(up) || !std::isfinite(down)) return false;
  if (up == down) return true;
  const bool shrink_up = up > down;
  const double factor = shrink_up ? down / up : up / down;
  for (double& t : theta)
    if (t != 0 && (t > 0) == shrink_up) t *= factor;
  return true;
}

// p' = c p + (pi - c m): the class masses become exact, rows still sum to 1, p' >= 0.
bool balance_softmax(const Samples& samples, std::span<double> theta) {
  const size_t k = samples.outputs, n = theta.size() / k;
  std::vector<double> mass(k, 0.0), share(k, 0.0);
  for (size_t i = 0; i < n; ++i) {
    const double s = weight_of(samples, i) / samples.total_weight;
    const auto y = static_cast<size_t>(samples.target[i]);
    share[y] += s;
    for (size_t c = 0; c < k; ++c) mass[c] += s * (theta[i * k + c] + (c == y ? 1 : 0));
  }
  double factor = 1;
  for (size_t c = 0; c < k; ++c) {
    if (!(mass[c] > 0)) return false;
    factor = std::min(factor, share[c] / mass[c]);
  }
  for (size_t i = 0; i < n; ++i) {
    const auto y = static_cast<size_t>(samples.target[i]);
    double others = 0;
    for (size_t c = 0; c < k; ++c) {
      if (c == y) continue;
      double& t = theta[i * k + c];
      t = std::max(factor * t + std::max(share[c] - factor * mass[c], 0.0), 0.0);
      others += t;
    }
    theta[i * k + y] = -std::min(others, 1.0);
  }
  return true;
}

void clip(const Samples& samples, std::span<double> theta) {
  const size_t k = samples.outputs;
  if (samples.loss.kind != LossKind::softmax) {
    for (size_t i = 0; i < theta.size(); ++i)
      theta[i] = clip_dual(samples.loss, theta[i], samples.target[i]);
    return;
  }
  for (size_t i = 0; i < theta.size() / k; ++i) {
    const auto y = static_cast<size_t>(samples.target[i]);
    double others = 0;
    for (size_t c = 0; c < k; ++c) {
      if (c == y) continue;
      theta[i * k + c] = std::max(theta[i * k + c], 0.0);
      others += theta[i * k + c];
    }
    if (others > 1)
      for (size_t c = 0; c < k; ++c)
        if (c != y) theta[i * k + c] /= others;
    theta[i * k + y] = -std::min(others, 1.0);
  }
}

// The row whose theta follows from the others: the one with the most room for its weight.
long long define_row(const Samples& samples, std::span<double> theta) {
  const size_t k = samples.outputs, n = theta.size() / k;
  long long chosen = -1;
  double best = 0;
  // Any row with room will do: of a few thousand, else of all.
  const size_t few = std::max<size_t>(1, n / 4096);
  for (size_t stride = few; chosen < 0 && stride > 0; stride = stride > 1 ? 1 : 0)
    for (size_t i = 0; i < n; i += stride) {
      double free = std::numeric_limits<double>::infinity();
      if (samples.loss.kind == LossKind::softmax) {
        const auto y = static_cast<size_t>(samples.target[i]);
        for (size_t c = 0; c < k; ++c) {
          const double p = theta[i * k + c] + (c == y ? 1 : 0);
          free = std::min({free, p, 1 - p});
        }
      } else {
        free = std::min(room(samples.loss, theta[i], samples.target[i]), 1e100);
      }
      free *= weight_of(samples, i);
      if (free > best) best = free, chosen = static_cast<long long>(i);
    }
  if (chosen < 0) return -1;
  const auto row = static_cast<size_t>(chosen);
  for (size_t c = 0; c < k; ++c) {
    Doubled sum;
    for (size_t i = 0; i < n; ++i)
      if (i != row) sum.add(weight_of(samples, i), theta[i * k + c]);
    theta[row * k + c] = -(sum.high + sum.low) / weight_of(samples, row);
  }
  if (samples.loss.kind == LossKind::softmax) {
    // The target's class is minus the sum of the others, as in every row.
    const auto y = static_cast<size_t>(samples.target[row]);
    double others = 0;
    for (size_t c = 0; c < k; ++c) {
      if (c != y && theta[row * k + c] < 0) return -1;
      if (c != y) others += theta[row * k + c];
    }
    if (others > 1) return -1;
    theta[row * k + y] = -others;
    return chosen;
  }
  const double t = theta[row];
  return clip_dual(samples.loss, t, samples.target[row]) == t ? chosen : -1;
}

}  // namespace

std::vector<double> derivatives(const Samples& samples, std::span<const double> z) {
  std::vector<double> theta(z.size());
  evaluate_predictions(samples, z, theta, {});
  return theta;
}

std::vector<double> newton_derivatives(const LinearPredictor& predictor, std::span<const double> x,
                                       std::span<const double> z, const NewtonSolve& lent) {
  const Samples& samples = predictor.samples;
  const size_t k = samples.outputs;
  std::vector<double> theta = derivatives(samples, z);
  const NewtonStep step = newton_step(predictor, x, z, theta, lent);
  const std::vector<double>& t = step.predictions;
  parallel_blocks(z.size() / k, block_rows, [&](size_t, size_t begin, size_t end) {
    for (size_t i = begin; i < end; ++i) {
      if (samples.loss.kind != LossKind::softmax) {
        theta[i] += step.curvature[i] * t[i];
        continue;
      }
      double mean = 0;
      for (size_t c = 0; c < k; ++c) mean += step.curvature[i * k + c] * t[i * k + c];
      for (size_t c = 0; c < k; ++c)
        theta[i * k + c] += step.curvature[i * k + c] * (t[i * k + c] - mean);
    }
  });
  return theta;
}

long long make_feasible(const LinearPredictor& predictor, std::span<const double> maxima,
                        std::span<double> theta) {
  const Samples& samples = predictor.samples;
  const size_t k = samples.outputs, p = maxima.size(), n = theta.size() / k;
  for (double t : theta)
    if (!std::isfinite(t)) return -1;
  clip(samples, theta);
  if (samples.loss.kind == LossKind::softmax ? !balance_softmax(samples, theta)
                                             : !balance(samples, theta))
    return -1;
  const Penalty& r = predictor.penalty;
  if (r.l2 == 0 && (!std::isfinite(r.lower) || !std::isfinite(r.upper))) {
    std::vector<double> weighted(n * k), v(k * (p + 1));
    for (size_t i = 0; i < n; ++i)
      for (size_t c = 0; c < k; ++c) weighted[i * k + c] = weight_of(samples, i) * theta[i * k + c];
    combine(*samples.design, k, weighted, v);
    double worst = 0, mass = 0;
    for (double t : weighted) mass += std::abs(t) / samples.total_weight;
    const double chain = static_cast<double>(4 * (addition_chain(n) + sum_chain(n)) + 64);
    for (size_t j = 0; j < k * p; ++j) {
      const double vj = v[j / p * p + j % p] / samples.total_weight;
      const double slack = chain * 0x1p-53 * mass * maxima[j % p];
      double reach = 0;
      if (!std::isfinite(r.upper)) reach = std::max(reach, -vj + slack);
      if (!std::isfinite(r.lower)) reach = std::max(reach, vj + slack);
      worst = std::max(worst, reach);
    }
    if (worst > r.l1) {
      if (r.l1 == 0) return -1;
      const double factor = r.l1 / worst * (1 - 1e-15);
      for (double& t : theta) t *= factor;
    }
  }
  return define_row(samples, theta);
}

}  // namespace thalweg
