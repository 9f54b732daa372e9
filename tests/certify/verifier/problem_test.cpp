// Margins against quadruple precision, and the scale against known constants.
#include "thalweg/certify/verifier/problem.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "tests/certify/verifier/proof_cases.hpp"
#include "thalweg/base/random.hpp"

namespace thalweg::verifier {
namespace {

__extension__ using Quad = __float128;

TEST(Margins, AreWithinTheirError) {
  Random random(11, 0);
  Problem problem;
  problem.features = 30;
  for (size_t i = 0; i < 200; ++i) {
    for (uint32_t j = 0; j < 30; ++j) {
      if (random.uniform() < 0.3) continue;
      problem.column.push_back(j);
      problem.value.push_back(1e4 + random.normal());
    }
    problem.begin.push_back(problem.value.size());
    problem.target.push_back(0);
  }
  Point point{{}, {random.normal()}};
  for (int j = 0; j < 30; ++j) point.weight.push_back(random.normal());
  const Margins z = margins(problem, point);
  for (size_t i = 0; i < problem.rows(); ++i) {
    Quad sum = point.intercept[0];
    for (size_t c = problem.begin[i]; c < problem.begin[i + 1]; ++c)
      sum += Quad(problem.value[c]) * point.weight[problem.column[c]];
    const Quad off = Quad(z.value[i].hi) + Quad(z.value[i].lo) - sum;
    EXPECT_LE(off < 0 ? -off : off, z.error[i]);
    EXPECT_LE(z.error[i], 1e-22);
  }
}

// P - I + I is P; N is what the best constant reaches, by its optimality in closed form or nearby.
TEST(Scale, IsTheExcessOverTheInfimum) {
  for (const Case& c : proof_cases()) {
    const Scale s = scale(c.problem, c.point, margins(c.problem, c.point));
    EXPECT_NEAR(s.excess + s.infimum, c.value, 1e-14 * (1 + std::fabs(c.value))) << c.name;
    EXPECT_FALSE(s.constant_target);
    if (c.problem.loss.kind == LossKind::softmax) continue;
    // Constants around the best one are no better.
    Point constant{std::vector<double>(c.problem.features, 0.0), {0}};
    Problem free = c.problem;
    free.lower = -1;
    free.upper = 1;
    double least = INFINITY;
    for (double b = -4; b <= 4; b += 0.01) {
      constant.intercept[0] = b;
      least = std::min(least, scale(free, constant, margins(free, constant)).excess);
    }
    EXPECT_LE(s.constant, least * (1 + 1e-12)) << c.name;
    EXPECT_GE(s.constant, least * 0.999) << c.name;
  }
}

TEST(Scale, SoftmaxConstantIsTheEntropyOfTheClasses) {
  Problem problem;
  problem.loss.kind = LossKind::softmax;
  problem.outputs = 3;
  problem.begin = {0, 0, 0, 0, 0};
  problem.target = {0, 1, 1, 0};
  problem.weight = {1, 2, 1, 1};
  const Point point{{}, {0, 0, 0}};
  const Scale s = scale(problem, point, margins(problem, point));
  EXPECT_NEAR(s.constant, -0.4 * std::log(0.4) - 0.6 * std::log(0.6), 1e-15);
  EXPECT_NEAR(s.excess, std::log(3.0), 1e-15);
}

TEST(Scale, AConstantTargetLeavesRounding) {
  for (Case& c : proof_cases()) {
    std::fill(c.problem.target.begin(), c.problem.target.end(), 1.0);
    const Scale s = scale(c.problem, c.point, margins(c.problem, c.point));
    EXPECT_TRUE(s.constant_target);
    EXPECT_EQ(s.constant, 0);
    EXPECT_GT(s.floor, 0) << c.name;
    EXPECT_LT(s.floor, 1e-11) << c.name;
  }
}

TEST(PointRefusal, OutsideTheBoxOrNotFinite) {
  Problem problem;
  problem.features = 2;
  problem.lower = 0;
  EXPECT_EQ(point_refusal(problem, {{0, 3}, {-1}}), "");
  EXPECT_NE(point_refusal(problem, {{0, -1e-300}, {0}}), "");
  EXPECT_NE(point_refusal(problem, {{0, std::nan("")}, {0}}), "");
  EXPECT_NE(point_refusal(problem, {{0, 0}, {INFINITY}}), "");
}

}  // namespace
}  // namespace thalweg::verifier
