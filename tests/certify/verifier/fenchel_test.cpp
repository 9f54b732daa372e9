// Duality gaps against 50-digit arithmetic.
#include <gtest/gtest.h>

#include <cmath>

#include "tests/certify/verifier/proof_cases.hpp"

namespace thalweg::verifier {
namespace {

TEST(Fenchel, BoundsTheExcessAndIsTheGap) {
  size_t tried = 0;
  for (const Case& c : proof_cases()) {
    if (c.dual.empty()) continue;
    ++tried;
    const Margins z = margins(c.problem, c.point);
    const Bound bound = fenchel(c.problem, c.point, z, c.dual, c.defining_row);
    EXPECT_EQ(bound.refusal, "") << c.name;
    EXPECT_GE(bound.bound, c.gap * (1 - 1e-15)) << c.name;
    EXPECT_GE(bound.bound, c.excess) << c.name;
    EXPECT_LE(bound.bound, c.gap * (1 + 1e-6) + 1e-26) << c.name;
  }
  EXPECT_GE(tried, 60u);
}

TEST(Fenchel, TheDefiningRowIsNotRead) {
  for (Case& c : proof_cases()) {
    if (c.dual.empty()) continue;
    const Margins z = margins(c.problem, c.point);
    const double before = fenchel(c.problem, c.point, z, c.dual, c.defining_row).bound;
    for (size_t k = 0; k < c.problem.outputs; ++k)
      c.dual[c.defining_row * c.problem.outputs + k] = std::nan("");
    EXPECT_EQ(fenchel(c.problem, c.point, z, c.dual, c.defining_row).bound, before) << c.name;
  }
}

// Whatever the dual, what is accepted bounds the excess.
TEST(Fenchel, NoAlterationMakesAFalseBound) {
  for (const Case& c : proof_cases()) {
    if (c.dual.empty()) continue;
    const Margins z = margins(c.problem, c.point);
    for (size_t i = 0; i < c.dual.size(); ++i)
      for (const double change : {1e-12, -1e-9, 1e-3, -0.1, 0.7, -3.0, 1e200}) {
        std::vector<double> dual = c.dual;
        dual[i] += change;
        const size_t row = (c.defining_row + i) % c.problem.rows();
        EXPECT_GE(fenchel(c.problem, c.point, z, dual, c.defining_row).bound, c.excess) << c.name;
        EXPECT_GE(fenchel(c.problem, c.point, z, dual, row).bound, c.excess) << c.name;
      }
  }
}

TEST(Fenchel, RefusesWhatIsInfeasible) {
  for (const Case& c : proof_cases()) {
    if (c.dual.empty()) continue;
    const Margins z = margins(c.problem, c.point);
    EXPECT_NE(fenchel(c.problem, c.point, z, c.dual, c.problem.rows()).refusal, "");
    std::vector<double> dual = c.dual;
    dual[c.defining_row == 0 ? c.problem.outputs : 0] = std::nan("");
    EXPECT_EQ(fenchel(c.problem, c.point, z, dual, c.defining_row).bound, INFINITY);
    if (c.problem.l2 == 0) {
      // Twice the slopes leave |v| <= l1.
      Problem small = c.problem;
      small.l1 *= 0.9;
      EXPECT_NE(fenchel(small, c.point, z, c.dual, c.defining_row).refusal, "") << c.name;
    }
  }
}

// A perfect fit without a penalty: every theta is zero, and so is the bound, up to underflow.
TEST(Fenchel, AnExactFitNeedsNoPenalty) {
  Problem problem;
  problem.features = 1;
  problem.begin = {0, 1, 2, 3};
  problem.column = {0, 0, 0};
  problem.value = {1, 2, 4};
  problem.target = {3, 5, 9};
  const Point point{{2}, {1}};
  const Margins z = margins(problem, point);
  EXPECT_LT(fenchel(problem, point, z, std::vector<double>(3, 0.0), 1).bound, 1e-55);
  EXPECT_EQ(fenchel(problem, point, z, std::vector<double>{1e-9, 0, 0}, 1).bound, INFINITY);
}

}  // namespace
}  // namespace thalweg::verifier
