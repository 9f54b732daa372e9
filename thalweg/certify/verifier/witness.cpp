// A direction along which every step lowers P, so that no point is a minimizer. Signs are exact.
#include <fmt/format.h>

#include <cmath>

#include "thalweg/certify/verifier/exact_sum.hpp"
#include "thalweg/certify/verifier/proof.hpp"

namespace thalweg::verifier {
namespace {

// Adds (+1) or subtracts (-1) x^T d of one output.
void accumulate(const Problem& problem, std::span<const double> direction, size_t row,
                size_t output, double sign, ExactSum& sum) {
  const double* d = direction.data() + output * problem.features;
  for (size_t c = problem.begin[row]; c < problem.begin[row + 1]; ++c)
    sum.add(sign * problem.value[c], d[problem.column[c]]);
  sum.add(sign, direction[problem.outputs * problem.features + output]);
}

}  // namespace

std::string witness_refusal(const Problem& problem, std::span<const double> direction) {
  const LossKind kind = problem.loss.kind;
  if (kind != LossKind::logistic && kind != LossKind::softmax && kind != LossKind::poisson)
    return "this loss attains its minimum";
  const size_t weights = problem.outputs * problem.features;
  const bool free = problem.l1 == 0 && problem.l2 == 0;
  for (size_t j = 0; j < direction.size(); ++j) {
    const double d = direction[j];
    if (!std::isfinite(d)) return fmt::format("its entry {} is not a finite number", j);
    if (j >= weights || d == 0) continue;
    if (!free) return fmt::format("it moves weight {}, which is penalized", j);
    if ((d < 0 && std::isfinite(problem.lower)) || (d > 0 && std::isfinite(problem.upper)))
      return fmt::format("it moves weight {} towards its bound", j);
  }
  bool falls = false;
  ExactSum sum;
  for (size_t i = 0; i < problem.rows(); ++i) {
    const double y = problem.target[i];
    const auto own = static_cast<size_t>(y);
    for (size_t k = 0; k < problem.outputs; ++k) {
      if (kind == LossKind::softmax && k == own) continue;
      sum.clear();
      if (kind == LossKind::softmax) {
        accumulate(problem, direction, i, own, 1, sum);
        accumulate(problem, direction, i, k, -1, sum);
      } else {
        // What must not be negative: y_i t_i of a logistic row, -t_i of a count.
        accumulate(problem, direction, i, 0, kind == LossKind::logistic && y == 1 ? 1 : -1, sum);
      }
      const int sign = sum.sign();
      if (sign < 0 || (sign != 0 && kind == LossKind::poisson && y > 0))
        return fmt::format("the loss of training row {} rises along it", i);
      falls = falls || sign > 0;
    }
  }
  return falls ? "" : "no loss falls along it";
}

}  // namespace thalweg::verifier
