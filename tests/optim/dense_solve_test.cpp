#include "thalweg/optim/dense_solve.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

namespace thalweg {
namespace {

struct Solution {
  std::vector<double> x;
  double added;
};

Solution solve(std::vector<double> h, std::vector<double> b) {
  const PositiveDefinite factor(h, b.size());
  factor.solve(b);
  return {b, factor.added()};
}

TEST(DenseSolve, SolvesAndAddsNothing) {
  const Solution found = solve({4, 2, 2, 3}, {2, 5});
  EXPECT_EQ(found.added, 0);
  EXPECT_NEAR(found.x[0], -0.5, 1e-15);
  EXPECT_NEAR(found.x[1], 2, 1e-15);
}

// Units of the unknowns do not matter: D H D y = D b has y = x / D.
TEST(DenseSolve, BadlyScaledIsAsGood) {
  for (double unit : {1e-100, 1e-8, 1e8, 1e100}) {
    const Solution found = solve({4, 2 * unit, 2 * unit, 3 * unit * unit}, {2, 5 * unit});
    EXPECT_EQ(found.added, 0);
    EXPECT_NEAR(found.x[0], -0.5, 1e-14) << unit;
    EXPECT_NEAR(found.x[1] * unit, 2, 1e-14) << unit;
  }
}

// Least squares of copies: any split is a solution; the ridge picks the even one.
TEST(DenseSolve, SingularIsSolvedNearby) {
  const Solution found = solve({1, 1, 1, 1}, {2, 2});
  EXPECT_GT(found.added, 0);
  EXPECT_LE(found.added, 1e-9);
  EXPECT_NEAR(found.x[0], 1, 1e-3);
  EXPECT_NEAR(found.x[0] + found.x[1], 2, 1e-6);
}

TEST(DenseSolve, ZeroRowsAndColumns) {
  const Solution found = solve({2, 0, 0, 0}, {4, 0});
  EXPECT_NEAR(found.x[0], 2, 1e-9);
  EXPECT_EQ(found.x[1], 0);
}

TEST(DenseSolve, IndefiniteStillDescends) {
  const Solution found = solve({1, 3, 3, 1}, {1, -1});
  EXPECT_GE(found.added, 2);
  EXPECT_GT(found.x[0] * 1 + found.x[1] * -1, 0);  // x'b > 0
  EXPECT_TRUE(std::isfinite(found.x[0]));
}

// Nothing to go by gives no step, not a loop without end.
TEST(DenseSolve, NotFiniteGivesZero) {
  const Solution found = solve({NAN, 0, 0, 1}, {1, 1});
  EXPECT_EQ(found.x, (std::vector<double>{0, 0}));
}

// Through a checkpoint's numbers and back it solves to the same bits.
TEST(DenseSolve, PacksAndUnpacks) {
  const std::vector<double> h = {4, 2, 1, 2, 3, 0.5, 1, 0.5, 2};
  const PositiveDefinite factor(h, 3);
  std::vector<double> a = {1, -2, 3}, b = a;
  factor.solve(a);
  PositiveDefinite::unpack(factor.pack()).solve(b);
  EXPECT_EQ(a, b);
  EXPECT_TRUE(PositiveDefinite::unpack({1, 2, 3, 4}).empty());
}

}  // namespace
}  // namespace thalweg
