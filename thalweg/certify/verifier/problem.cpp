// Margins and the scale that bounds are measured against.
#include "thalweg/certify/verifier/problem.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "thalweg/base/parallel.hpp"

namespace thalweg::verifier {
namespace {

constexpr size_t rows_a_block = 1024;

double least_target(const Problem& problem) {
  return *std::min_element(problem.target.begin(), problem.target.end());
}

double greatest_target(const Problem& problem) {
  return *std::max_element(problem.target.begin(), problem.target.end());
}

// Excess of the model that is b everywhere.
double constant_excess(const Problem& problem, std::span<const double> b) {
  const std::vector<DoubleDouble> z(b.begin(), b.end());
  DoubleDouble sum;
  for (size_t i = 0; i < problem.rows(); ++i)
    sum += two_product(problem.row_weight(i), excess(problem.loss, z, problem.target[i]));
  return (sum / problem.total_weight()).hi;
}

// The b at which the weighted sum of f' changes its sign. Any b bounds N from above, so that 60
// halvings of the targets' range suffice.
double balance(const Problem& problem) {
  double low = least_target(problem), high = greatest_target(problem);
  const Loss& loss = problem.loss;
  for (int k = 0; k < 60 && low < high; ++k) {
    const double middle = 0.5 * low + 0.5 * high;
    DoubleDouble sum;
    for (size_t i = 0; i < problem.rows(); ++i) {
      const double r = middle - problem.target[i];
      const double q = loss.kind == LossKind::huber
                           ? std::clamp(r, -loss.delta, loss.delta)
                           : std::clamp(r / loss.smoothing, -loss.level, 1 - loss.level);
      sum += two_product(problem.row_weight(i), q);
    }
    (sum.hi > 0 ? high : low) = middle;
  }
  return 0.5 * low + 0.5 * high;
}

double best_constant_excess(const Problem& problem) {
  const DoubleDouble total = problem.total_weight();
  DoubleDouble sum;
  for (size_t i = 0; i < problem.rows(); ++i)
    sum += two_product(problem.row_weight(i), problem.target[i]);
  // Of a binary target: the share of ones.
  const double mean = (sum / total).hi;
  const double share = std::clamp(mean, 0.0, 1.0);
  auto at = [&](double b) { return constant_excess(problem, std::span(&b, 1)); };
  switch (problem.loss.kind) {
    case LossKind::squared:
      return at(mean);
    case LossKind::logistic:
      return at(std::log(share) - std::log1p(-share));
    case LossKind::poisson:
      return mean > 0 ? at(std::log(mean)) : 0;
    case LossKind::gamma:
      return at(std::log(mean));
    case LossKind::huber:
    case LossKind::quantile:
      return at(balance(problem));
    case LossKind::hinge:
      return at(share > 0.5 ? 1 : -1);
    case LossKind::squared_hinge:
      return at(2 * share - 1);
    case LossKind::softmax: {
      std::vector<double> b(problem.outputs, 0.0);
      for (size_t i = 0; i < problem.rows(); ++i)
        b[static_cast<size_t>(problem.target[i])] += problem.row_weight(i);
      // A class without rows: as good as absent.
      for (double& value : b) value = std::log(std::max(value / total.hi, 1e-300));
      return constant_excess(problem, b);
    }
  }
  return std::numeric_limits<double>::quiet_NaN();
}

}  // namespace

DoubleDouble Problem::total_weight() const {
  if (weight.empty()) return static_cast<double>(rows());
  DoubleDouble sum;
  for (const double s : weight) sum += DoubleDouble(s);
  return sum;
}

std::string point_refusal(const Problem& problem, const Point& point) {
  for (size_t j = 0; j < point.weight.size(); ++j) {
    const double w = point.weight[j];
    if (!std::isfinite(w)) return fmt::format("weight {} is not a finite number", j);
    if (w < problem.lower || w > problem.upper)
      return fmt::format("weight {} is {}, outside its bounds [{}, {}]", j, w, problem.lower,
                         problem.upper);
  }
  for (size_t k = 0; k < point.intercept.size(); ++k)
    if (!std::isfinite(point.intercept[k]))
      return fmt::format("intercept {} is not a finite number", k);
  return "";
}

Margins margins(const Problem& problem, const Point& point) {
  Margins out;
  out.outputs = problem.outputs;
  out.value.resize(problem.rows() * problem.outputs);
  out.error.resize(problem.rows());
  parallel_blocks(problem.rows(), rows_a_block, [&](size_t, size_t first, size_t last) {
    for (size_t i = first; i < last; ++i) {
      double largest = 0;
      for (size_t k = 0; k < problem.outputs; ++k) {
        const double* w = point.weight.data() + k * problem.features;
        DoubleDouble sum = point.intercept[k];
        double magnitude = std::fabs(point.intercept[k]);
        for (size_t c = problem.begin[i]; c < problem.begin[i + 1]; ++c) {
          const DoubleDouble term = two_product(problem.value[c], w[problem.column[c]]);
          sum += term;
          magnitude += std::fabs(term.hi);
        }
        out.value[i * problem.outputs + k] = sum;
        largest = std::max(largest, magnitude);
      }
      // Each addition errs by at most 3u^2 times a partial sum, which the magnitudes bound.
      const auto terms = static_cast<double>(problem.begin[i + 1] - problem.begin[i] + 1);
      out.error[i] = terms * (0x1p-103 * largest + tiny);
    }
  });
  return out;
}

double Scale::scale() const { return std::max(excess, 1e-8 * constant); }

Scale scale(const Problem& problem, const Point& point, const Margins& margins) {
  Scale out;
  const DoubleDouble total = problem.total_weight();
  DoubleDouble sum, infima;
  for (size_t i = 0; i < problem.rows(); ++i) {
    const double s = problem.row_weight(i);
    sum += two_product(s, excess(problem.loss, margins.row(i), problem.target[i]));
    infima += two_product(s, infimum(problem.loss, problem.target[i]));
  }
  DoubleDouble penalty;
  for (const double w : point.weight)
    penalty += DoubleDouble(problem.l1 * std::fabs(w) + 0.5 * problem.l2 * w * w);
  out.excess = (sum / total + penalty).hi;
  out.infimum = (infima / total).hi;
  out.constant_target = least_target(problem) == greatest_target(problem);
  if (!out.constant_target) {
    out.constant = best_constant_excess(problem);
    return out;
  }
  // Every loss reaches its infimum, or comes as near as one likes, on a constant target: N = 0, and
  // nothing but rounding is left to measure against.
  const double longest = static_cast<double>(problem.features + 3) * unit;
  DoubleDouble floors;
  for (size_t i = 0; i < problem.rows(); ++i) {
    double size = 0;
    for (size_t k = 0; k < problem.outputs; ++k) {
      double terms = std::fabs(point.intercept[k]);
      for (size_t c = problem.begin[i]; c < problem.begin[i + 1]; ++c)
        terms +=
            std::fabs(problem.value[c] * point.weight[k * problem.features + problem.column[c]]);
      size = std::max(size, terms);
    }
    floors += two_product(problem.row_weight(i), rounding_floor(problem.loss, margins.row(i),
                                                                longest * size, problem.target[i]));
  }
  out.floor = (floors / total).hi + longest * penalty.hi;
  return out;
}

}  // namespace thalweg::verifier
