#include "thalweg/certify/gap.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "tests/certify/cases.hpp"

namespace thalweg {
namespace {

using testing::Dense;

// The oracle's dual point, whole: the row that defines, and of softmax the class of largest p' in
// each row, are not stored but follow from the constraints.
std::vector<double> whole_dual(const verifier::Case& c) {
  const verifier::Problem& problem = c.problem;
  const size_t k = problem.outputs, n = problem.rows();
  std::vector<double> theta = c.dual;
  for (size_t i = 0; k > 1 && i < n; ++i) {
    size_t largest = 0;
    auto p = [&](size_t j) {
      return theta[i * k + j] + (j == static_cast<size_t>(problem.target[i]) ? 1 : 0);
    };
    for (size_t j = 1; j < k; ++j)
      if (p(j) > p(largest)) largest = j;
    long double sum = 0;
    for (size_t j = 0; j < k; ++j) sum += j == largest ? 0 : theta[i * k + j];
    theta[i * k + largest] = static_cast<double>(-sum);
  }
  for (size_t j = 0; j < k; ++j) {
    long double sum = 0;
    for (size_t i = 0; i < n; ++i)
      if (i != c.defining_row)
        sum += static_cast<long double>(problem.row_weight(i)) * theta[i * k + j];
    theta[c.defining_row * k + j] = static_cast<double>(-sum / problem.row_weight(c.defining_row));
  }
  return theta;
}

// The oracle's dual points and their gaps in 50 digits.
TEST(Gap, IsTheOneInFiftyDigitsUpToItsRounding) {
  testing::for_each_case([](const verifier::Case& c, Dense& problem) {
    if (c.dual.empty()) return;
    const Gap gap =
        fenchel_gap(problem.predictor, problem.x, problem.z, whole_dual(c), problem.maxima);
    // On the edge |v| = l1 to the last bit: the rounding of v may lie outside.
    if (c.problem.l2 == 0 && !std::isfinite(gap.value)) return;
    EXPECT_LE(std::abs(gap.value - c.gap), gap.rounding) << c.name;
    EXPECT_GE(gap.value + gap.rounding, c.excess) << c.name;
    // Honest, and not absurd: these problems are of size 1 to 100.
    EXPECT_LE(gap.rounding, 1e-11 * (1 + std::sqrt(c.gap))) << c.name;
  });
}

TEST(Gap, IsInfiniteWhereTheDualPointIsNotFeasible) {
  Dense problem(2, 1, {1, -1}, {1, 0}, LossKind::squared);
  problem.predictor.penalty.l1 = 0.5;
  auto gap = [&](std::vector<double> theta) {
    return fenchel_gap(problem.predictor, problem.x, problem.z, theta, problem.maxima).value;
  };
  EXPECT_TRUE(std::isfinite(gap({0.4, -0.4})));  // |v| = 0.4
  EXPECT_EQ(gap({0.6, -0.6}), INFINITY);
  // Exactly on the edge it may be outside by rounding.
  EXPECT_EQ(gap({0.5, -0.5}), INFINITY);
  // A side with a bound holds anything.
  problem.predictor.penalty.lower = -1;
  EXPECT_TRUE(std::isfinite(gap({0.6, -0.6})));
  EXPECT_EQ(gap({-0.6, 0.6}), INFINITY);
}

TEST(Gap, PredictionsAreOffByLessThanTheirRounding) {
  Dense problem(3, 4, {1e8, 1, 1e-8, 0.1, -1e8, 0.3, 7, 0.7, 1e8, 3, 1e-3, 1.1}, {0, 0, 0},
                LossKind::squared);
  problem.at({1.1, 1e8 / 3, -0.7, 1e9 / 7, -1.1e8});
  const double bound = prediction_rounding(problem.x, 1, problem.maxima);
  for (size_t i = 0; i < 3; ++i) {
    long double exact = problem.x[4];
    for (size_t j = 0; j < 4; ++j)
      exact +=
          static_cast<long double>(std::get<DenseMatrix<double>>(problem.design).data[i * 4 + j]) *
          problem.x[j];
    EXPECT_LE(std::abs(static_cast<double>(problem.z[i] - exact)), bound);
  }
  EXPECT_LE(bound, 1e-6);
}

}  // namespace
}  // namespace thalweg
