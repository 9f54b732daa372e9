// Weak duality: the gap as a sum of Fenchel-Young terms, none of which is negative, so that nothing
// cancels: (1/S) sum s_i FY_i + sum_j FYr_j >= P - inf P for every feasible theta.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "thalweg/certify/verifier/proof.hpp"

namespace thalweg::verifier {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr double sum_error = 0x1p-103;  // of one product and its addition, against its magnitude

// theta of one row, made feasible by definition. For softmax the entry of the class of largest p'
// is minus the sum of the others, so that the row sums to zero exactly.
class Dual {
 public:
  Dual(const Problem& problem, std::span<const double> stored)
      : problem_(problem), stored_(stored), row_(problem.outputs) {}

  std::span<const Approximate> row(size_t i) {
    const size_t outputs = problem_.outputs;
    for (size_t k = 0; k < outputs; ++k) row_[k] = {stored_[i * outputs + k], 0};
    if (outputs == 1) return row_;
    const auto own = static_cast<size_t>(problem_.target[i]);
    auto shifted = [&](size_t k) { return row_[k].value.hi + (k == own ? 1 : 0); };
    size_t most = 0;
    for (size_t k = 1; k < outputs; ++k)
      if (shifted(k) > shifted(most)) most = k;
    DoubleDouble sum;
    double magnitude = 0;
    for (size_t k = 0; k < outputs; ++k) {
      if (k == most) continue;
      sum += row_[k].value;
      magnitude += std::fabs(row_[k].value.hi);
    }
    row_[most] = {-sum, magnitude == 0 ? 0 : sum_error * static_cast<double>(outputs) * magnitude};
    return row_;
  }

 private:
  const Problem& problem_;
  std::span<const double> stored_;  // [rows, outputs]
  std::vector<Approximate> row_;    // [outputs]
};

// An upper bound on r(w) + r*(-v) + v w, r = l1 |.| + l2/2 (.)^2 on the box. With u the minimizer
// of r(u) + v u this is r(w) + v w - r(u) - v u, written as a sum of terms >= 0.
double fenchel_young_penalty(const Problem& problem, double w, Approximate v) {
  const double l1 = problem.l1, l2 = problem.l2, low = problem.lower, high = problem.upper;
  const DoubleDouble magnitude = abs(v.value);
  const double sign = v.value.hi > 0 ? -1 : 1;  // of the free minimizer
  double reach = 0;                             // |w - u|, for every u that v's error allows
  auto near = [&](double u) {
    if (std::isfinite(u)) reach = std::max(reach, std::fabs(w - u));
  };
  double value = 0;
  DoubleDouble u = std::clamp(0.0, low, high);
  if (l2 == 0) {
    const DoubleDouble most = magnitude + DoubleDouble(v.error);
    const bool small = most <= DoubleDouble(l1);
    const double end = sign > 0 ? high : low, other = sign > 0 ? low : high;
    if (!small && !std::isfinite(end)) return infinity;
    // Where v may be of either sign, the other end must not be free either.
    if (!(magnitude >= DoubleDouble(v.error)) && !small && !std::isfinite(other)) return infinity;
    if (magnitude > DoubleDouble(l1)) u = end;
    near(std::clamp(0.0, low, high));
    near(low);
    near(high);
  } else if (magnitude > DoubleDouble(l1)) {
    const DoubleDouble free =
        DoubleDouble(sign) * (magnitude - DoubleDouble(l1)) / DoubleDouble(l2);
    if (free >= DoubleDouble(low) && free <= DoubleDouble(high)) {
      const DoubleDouble apart = two_product(l2, w) + v.value + DoubleDouble(sign * l1);
      const double distance =
          std::fabs(apart.hi) + v.error + resolution * (std::fabs(l2 * w) + magnitude.hi + l1);
      value = 0.5 * distance * (distance / l2);
      if (w * sign < 0) value += 2 * l1 * std::fabs(w);
      return value * (1 + 16 * unit) + tiny;
    }
    u = free < DoubleDouble(low) ? low : high;
  }
  if (l2 > 0) near(u.hi);
  if (u.hi == 0) {
    const DoubleDouble slope = DoubleDouble(l1) + (w < 0 ? -v.value : v.value);
    value = 0.5 * l2 * w * w + std::max(0.0, slope.hi) * std::fabs(w);
  } else {
    const double side = u.hi > 0 ? 1 : -1;
    const DoubleDouble slope = two_product(l2, u.hi) + v.value + DoubleDouble(side * l1);
    const double apart = (DoubleDouble(w) - u).hi;
    value = 0.5 * l2 * apart * apart + std::max(0.0, slope.hi * apart);
    if (w * side < 0) value += 2 * l1 * std::fabs(w);
  }
  const double e = v.error + resolution * (magnitude.hi + l1 + l2 * std::fabs(u.hi));
  value += reach * e;
  if (l2 > 0) value += 0.5 * e * (e / l2);
  return value * (1 + 16 * unit) + tiny;
}

}  // namespace

Bound fenchel(const Problem& problem, const Point& point, const Margins& margins,
              std::span<const double> dual, size_t defining_row) {
  const size_t rows = problem.rows(), outputs = problem.outputs, features = problem.features;
  if (defining_row >= rows)
    return {infinity, fmt::format("its defining row {} is not one of {} rows", defining_row, rows)};
  for (size_t i = 0; i < dual.size(); ++i)
    if (!std::isfinite(dual[i]) && i / outputs != defining_row)
      return {infinity, fmt::format("the dual of row {} is not a finite number", i / outputs)};

  const double an_addition = sum_error * static_cast<double>(rows + 4);
  Dual theta(problem, dual);
  std::vector<DoubleDouble> balance(outputs);  // sum of s theta over the other rows
  std::vector<double> balance_error(outputs, 0.0);
  for (size_t i = 0; i < rows; ++i) {
    if (i == defining_row) continue;
    const double s = problem.row_weight(i);
    const std::span<const Approximate> t = theta.row(i);
    for (size_t k = 0; k < outputs; ++k) {
      const DoubleDouble term = DoubleDouble(s) * t[k].value;
      balance[k] += term;
      if (term.hi != 0 || t[k].error != 0)
        balance_error[k] += an_addition * std::fabs(term.hi) + s * t[k].error + tiny;
    }
  }
  std::vector<Approximate> defined(outputs);
  const double own_weight = problem.row_weight(defining_row);
  for (size_t k = 0; k < outputs; ++k) {
    defined[k].value = -balance[k] / DoubleDouble(own_weight);
    if (balance_error[k] > 0)
      defined[k].error =
          1.01 * balance_error[k] / own_weight + resolution * (1 + std::fabs(defined[k].value.hi));
  }

  std::vector<DoubleDouble> v(outputs * features);
  std::vector<double> v_error(outputs * features, 0.0);
  std::vector<Approximate> p(outputs);
  DoubleDouble losses;
  for (size_t i = 0; i < rows; ++i) {
    const double s = problem.row_weight(i);
    const std::span<const Approximate> t = i == defining_row ? defined : theta.row(i);
    double term = 0;
    if (outputs == 1) {
      term = fenchel_young(problem.loss, {margins.value[i], margins.error[i]}, problem.target[i],
                           t[0]);
    } else {
      for (size_t k = 0; k < outputs; ++k) {
        const double one = k == static_cast<size_t>(problem.target[i]) ? 1 : 0;
        p[k] = {DoubleDouble(one) + t[k].value, t[k].error};
      }
      term = fenchel_young_softmax(margins.row(i), margins.error[i], p);
    }
    if (!std::isfinite(term))
      return {infinity,
              fmt::format("the dual of training row {} ({}) lies outside the conjugate's domain", i,
                          t[0].value.hi)};
    losses += two_product(s, term);
    for (size_t k = 0; k < outputs; ++k) {
      const DoubleDouble factor = DoubleDouble(s) * t[k].value;
      const double error = an_addition * std::fabs(factor.hi) + s * t[k].error;
      for (size_t c = problem.begin[i]; c < problem.begin[i + 1]; ++c) {
        const size_t j = k * features + problem.column[c];
        v[j] += factor * DoubleDouble(problem.value[c]);
        v_error[j] += error * std::fabs(problem.value[c]);
      }
    }
  }

  const DoubleDouble total = problem.total_weight();
  const double underflow = static_cast<double>(rows) * tiny;
  DoubleDouble sum = losses / total + DoubleDouble(underflow / total.hi);
  for (size_t j = 0; j < v.size(); ++j) {
    // An exact zero stays one: it is what makes a bound finite without a penalty.
    const bool zero = v[j].hi == 0 && v_error[j] == 0;
    const Approximate slope{v[j] / total, zero ? 0
                                               : 1.01 * (v_error[j] + underflow) / total.hi +
                                                     resolution * std::fabs(v[j].hi / total.hi)};
    const double term = fenchel_young_penalty(problem, point.weight[j], slope);
    if (!std::isfinite(term))
      return {infinity, fmt::format("the dual is infeasible at weight {}: |{}| exceeds l1 = {}", j,
                                    slope.value.hi, problem.l1)};
    sum += DoubleDouble(term);
  }
  // The relative part of the losses' rounding is inside them; this covers the sums.
  const double bound = sum.hi * (1 + 64 * unit) + tiny;
  if (!std::isfinite(bound)) return {infinity, "the gap is not finite"};
  return {bound, ""};
}

}  // namespace thalweg::verifier
