#include "thalweg/certify/curvature.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <numeric>

#include "tests/support/quadratic.hpp"

namespace thalweg::testing {
namespace {

TEST(Curvature, AllEigenvaluesOfFew) {
  Quadratic bowl({2, 1e-6, 1e6});
  const std::vector<double> at(3, 0.0);
  const ExaminedCurvature found = examine_curvature(bowl, at);
  EXPECT_TRUE(found.examined);
  EXPECT_FALSE(found.negative);
  EXPECT_NEAR(found.lowest, 1e-6, 1e-12);
  EXPECT_NEAR(found.highest, 1e6, 1e-6);
  EXPECT_EQ(found.products, 0u);
}

// Far below the largest eigenvalue, but no rounding: units do not hide a saddle.
TEST(Curvature, ASaddleWithItsDirection) {
  Quadratic saddle({2, -1e-6, 1e6});
  const std::vector<double> at(3, 0.0);
  const ExaminedCurvature found = examine_curvature(saddle, at);
  EXPECT_TRUE(found.negative);
  EXPECT_NEAR(found.along, -1e-6, 1e-12);
  EXPECT_NEAR(std::abs(found.direction[1]), 1, 1e-12);
}

TEST(Curvature, LanczosOnMany) {
  std::vector<double> diagonal(1000);
  std::iota(diagonal.begin(), diagonal.end(), 1);
  const std::vector<double> at(1000, 0.0);
  Quadratic bowl(diagonal);
  const ExaminedCurvature found = examine_curvature(bowl, at);
  EXPECT_FALSE(found.negative);
  EXPECT_EQ(found.products, 60u);
  EXPECT_GE(found.lowest, 1 - 1e-9);
  EXPECT_LE(found.lowest - found.unseen, 1);  // the bound holds
  EXPECT_LE(found.highest, 1000 + 1e-9);
  diagonal[500] = -50;
  Quadratic saddle(diagonal);
  const ExaminedCurvature negative = examine_curvature(saddle, at);
  EXPECT_TRUE(negative.negative);
  EXPECT_LT(negative.along, -40);
  EXPECT_GT(std::abs(negative.direction[500]), 0.9);
}

}  // namespace
}  // namespace thalweg::testing
