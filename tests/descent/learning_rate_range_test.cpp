// The range test on sums whose largest stable rate is known.
#include "thalweg/descent/learning_rate_range.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "tests/support/noisy_sum.hpp"
#include "thalweg/base/error.hpp"
#include "thalweg/optim/method/sampled_first_order.hpp"

namespace thalweg {
namespace {

using testing::NoisySum;

RangeTest test_of(const char* chain, double noise, long long steps, double start = 3) {
  NoisySum objective(noise);
  SampledFirstOrder method(parse_chain(chain));
  State state;
  state.x32 = Buffer<float>(objective.size(), static_cast<float>(start));
  return range_test(objective, method, state, steps, [] { return false; });
}

TEST(RangeTest, GradientDescentDivergesBeyondTwoOverTheCurvature) {
  const RangeTest test = test_of("sgd(1e-4) + exponential(1.1)", 0.1, 200);
  EXPECT_GT(test.diverged, 2);  // the curvature is 1
  EXPECT_LT(test.diverged, 5);
  EXPECT_GT(test.lowest, 0.1);
  EXPECT_LT(test.lowest, 2);
  EXPECT_LT(test.steepest, test.lowest);
  EXPECT_DOUBLE_EQ(test.suggestion, test.lowest / 3);
  ASSERT_GT(test.points.size(), 100u);
  for (size_t k = 0; k < test.points.size(); ++k) {
    EXPECT_NEAR(test.points[k].learning_rate, 1e-4 * std::pow(1.1, static_cast<double>(k)),
                1e-12 * test.points[k].learning_rate);
  }
  EXPECT_NEAR(test.points[0].loss, 1 + 5 * 4.5, 3);
  // Without noise the loss is that of the recursion x+ = (1 - rate) x.
  const RangeTest exact = test_of("sgd(1e-4) + exponential(1.1)", 0, 80);
  double x = 3, rate = 1e-4;
  for (const RangePoint& point : exact.points) {
    EXPECT_NEAR(point.loss, 1 + 5 * x * x / 2, 1e-4);
    x -= rate * x;
    rate *= 1.1;
  }
}

TEST(RangeTest, MeansOverNeighborsDoNotLag) {
  const RangeTest test = test_of("sgd(1e-4) + exponential(1.1)", 0, 60);
  for (size_t k = 10; k + 10 < test.points.size(); ++k)
    EXPECT_NEAR(test.points[k].smoothed, test.points[k].loss, 0.03 * test.points[k].loss) << k;
}

TEST(RangeTest, SuggestsNothingWhereTheLossDoesNotFall) {
  const RangeTest test = test_of("sgd(1e-4) + exponential(1.1)", 0, 100, 0);
  EXPECT_TRUE(std::isnan(test.suggestion));
  EXPECT_TRUE(std::isnan(test.diverged));
}

TEST(RangeTest, EndsWhereTheLossIsNotFinite) {
  const RangeTest test = test_of("sgd(1e-3) + exponential(5)", 0, 200);
  EXPECT_TRUE(std::isfinite(test.diverged));
  EXPECT_LT(test.points.size(), 20u);
  for (const RangePoint& point : test.points) EXPECT_TRUE(std::isfinite(point.smoothed));
}

TEST(RangeTest, ASignalEndsIt) {
  NoisySum objective(0);
  SampledFirstOrder method(parse_chain("sgd(0.1)"));
  State state;
  state.x32 = Buffer<float>(objective.size(), 1.0F);
  EXPECT_THROW(range_test(objective, method, state, 9, [] { return true; }), Error);
}

}  // namespace
}  // namespace thalweg
