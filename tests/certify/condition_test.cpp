#include "thalweg/certify/condition.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "tests/certify/cases.hpp"

namespace thalweg {
namespace {

using testing::Dense;

// Columns of mean 0 that are orthogonal: the Hessian is diag(a^2, b^2, 1).
TEST(Condition, OfADiagonalHessian) {
  const double a = 100, b = 0.5;
  Dense problem(4, 2, {a, b, a, -b, -a, b, -a, -b}, {1, 2, 3, 5}, LossKind::squared);
  const Condition c = condition(problem.predictor, problem.x);
  EXPECT_NEAR(c.number, a * a / (b * b), 1e-6);
  EXPECT_NEAR(c.standardized, 1, 1e-12);
  EXPECT_EQ(c.widest, 0u);
  EXPECT_EQ(c.narrowest, 1u);
  EXPECT_NEAR(c.widest_deviation, a, 1e-12);
  EXPECT_NEAR(c.narrowest_deviation, b, 1e-15);
  problem.predictor.penalty.l2 = 0.75;
  EXPECT_NEAR(condition(problem.predictor, problem.x).number, (a * a + 0.75) / (b * b + 0.75),
              1e-6);
}

// [1, m; m, m^2 + s^2] of a column of mean m and deviation s, whose eigenvalues are known.
TEST(Condition, OfAnOffsetColumn) {
  const double m = 10, s = 1;
  Dense problem(2, 1, {m - s, m + s}, {0, 1}, LossKind::squared);
  const double trace = 1 + m * m + s * s, determinant = s * s;
  const double largest = trace / 2 + std::sqrt(trace * trace / 4 - determinant);
  const Condition c = condition(problem.predictor, problem.x);
  EXPECT_NEAR(c.number, largest * largest / determinant, 1e-8 * largest * largest);
  EXPECT_NEAR(c.standardized, 1, 1e-12);
  // Logistic at 0: a quarter of it, the same ratio.
  Dense logistic(2, 1, {m - s, m + s}, {0, 1}, LossKind::logistic);
  EXPECT_NEAR(condition(logistic.predictor, logistic.x).number, c.number, 1e-6 * c.number);
}

TEST(Condition, SingularIsInfinite) {
  Dense twice(4, 2, {1, 1, 2, 2, 3, 3, 5, 5}, {0, 1, 0, 1}, LossKind::squared);
  EXPECT_EQ(condition(twice.predictor, twice.x).number, INFINITY);
  Dense constant(3, 1, {2, 2, 2}, {0, 1, 0}, LossKind::squared);
  EXPECT_EQ(condition(constant.predictor, constant.x).number, INFINITY);
  // The shift common to all classes of softmax is not counted.
  Dense classes(6, 1, {1, 2, 3, 4, 5, 7}, {0, 1, 2, 0, 1, 2}, LossKind::softmax, 3);
  classes.predictor.penalty.l2 = 0.1;
  EXPECT_TRUE(std::isfinite(condition(classes.predictor, classes.x).number));
}

TEST(Condition, ManyParametersAreNotLookedAt) {
  Dense wide(2, 500, std::vector<double>(1000, 1.0), {0, 1}, LossKind::squared);
  EXPECT_TRUE(std::isnan(condition(wide.predictor, wide.x).number));
}

}  // namespace
}  // namespace thalweg
