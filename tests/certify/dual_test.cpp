#include "thalweg/certify/dual.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "tests/certify/cases.hpp"
#include "thalweg/certify/gap.hpp"

namespace thalweg {
namespace {

using testing::Dense;

// The verifier's own arithmetic judges whether a dual point is feasible and what it proves.
double proved(const verifier::Case& c, const std::vector<double>& theta, long long row) {
  return verifier::fenchel(c.problem, c.point, verifier::margins(c.problem, c.point), theta,
                           static_cast<size_t>(row))
      .bound;
}

TEST(Dual, PlainAndSharpenedPointsAreFeasible) {
  testing::for_each_case([](const verifier::Case& c, Dense& problem) {
    const LinearPredictor& predictor = problem.predictor;
    const bool has_dual = c.problem.l1 > 0 || c.problem.l2 > 0 ||
                          (std::isfinite(c.problem.lower) && std::isfinite(c.problem.upper));
    std::vector<double> plain = derivatives(predictor.samples, problem.z);
    const long long row = make_feasible(predictor, problem.maxima, plain);
    if (!has_dual) {
      EXPECT_EQ(row, -1) << c.name;
      return;
    }
    ASSERT_GE(row, 0) << c.name;
    const double bound = proved(c, plain, row);
    EXPECT_TRUE(std::isfinite(bound)) << c.name;
    EXPECT_GE(bound, c.excess) << c.name;
    const Gap gap = fenchel_gap(predictor, problem.x, problem.z, plain, problem.maxima);
    EXPECT_NEAR(bound, gap.value, gap.rounding + 1e-9 * gap.value) << c.name;
    if (!loss_row(predictor.samples.loss.kind).smooth) return;

    std::vector<double> sharp = newton_derivatives(predictor, problem.x, problem.z);
    const long long other = make_feasible(predictor, problem.maxima, sharp);
    ASSERT_GE(other, 0) << c.name;
    const double sharper = proved(c, sharp, other);
    EXPECT_TRUE(std::isfinite(sharper)) << c.name;
    EXPECT_GE(sharper, c.excess) << c.name;
  });
}

// At the near points the sharpened bound is the excess to leading order, the plain one is not.
TEST(Dual, TheSharpenedBoundIsTightNearTheMinimum) {
  int tight = 0, tried = 0;
  testing::for_each_case([&](const verifier::Case& c, Dense& problem) {
    if (!(c.excess < 1e-11) || c.problem.l2 == 0 || c.problem.bounded()) return;
    if (!loss_row(problem.predictor.samples.loss.kind).smooth) return;
    std::vector<double> sharp = newton_derivatives(problem.predictor, problem.x, problem.z);
    const long long row = make_feasible(problem.predictor, problem.maxima, sharp);
    ASSERT_GE(row, 0);
    ++tried;
    if (proved(c, sharp, row) < 3 * c.excess + 1e-15) ++tight;
  });
  EXPECT_GE(tried, 8);
  EXPECT_GE(tight, tried - 2);
}

TEST(Dual, NothingIsFeasibleWhereNothingCanBe) {
  // No penalty: v would have to be 0 exactly.
  Dense free(3, 1, {1, 2, 4}, {0, 1, 1}, LossKind::squared);
  free.at({0.3, 0.1});
  std::vector<double> theta = derivatives(free.predictor.samples, free.z);
  EXPECT_EQ(make_feasible(free.predictor, free.maxima, theta), -1);
  free.predictor.penalty.l2 = 1;
  theta = {0.5, NAN, -0.5};
  EXPECT_EQ(make_feasible(free.predictor, free.maxima, theta), -1);
  theta = {INFINITY, 0, -1};
  EXPECT_EQ(make_feasible(free.predictor, free.maxima, theta), -1);
}

}  // namespace
}  // namespace thalweg
