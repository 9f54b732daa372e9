// Newton-decrement bounds against 50-digit arithmetic.
#include <gtest/gtest.h>

#include <cmath>

#include "tests/certify/verifier/proof_cases.hpp"

namespace thalweg::verifier {
namespace {

Bound check(const Case& c, const std::vector<double>& direction, double shift) {
  return self_concordance(c.problem, c.point, margins(c.problem, c.point), direction, shift);
}

TEST(SelfConcordance, BoundsTheExcessAsTheFormulaDoes) {
  size_t tried = 0;
  for (const Case& c : proof_cases()) {
    if (c.direction.empty()) continue;
    ++tried;
    const Bound bound = check(c, c.direction, c.shift);
    EXPECT_EQ(bound.refusal, "") << c.name;
    EXPECT_GE(bound.bound, c.excess) << c.name;
    EXPECT_LE(bound.bound, 1.01 * c.newton_bound + 1e-26) << c.name;
  }
  EXPECT_GE(tried, 30u);
}

// Any direction and any shift give a bound or nothing.
TEST(SelfConcordance, NoAlterationMakesAFalseBound) {
  for (const Case& c : proof_cases()) {
    if (c.direction.empty()) continue;
    for (size_t i = 0; i < c.direction.size(); ++i)
      for (const double factor : {0.0, 0.5, 0.999999, -1.0, 1e6, 1e200}) {
        std::vector<double> direction = c.direction;
        direction[i] *= factor;
        EXPECT_GE(check(c, direction, c.shift).bound, c.excess) << c.name;
      }
    EXPECT_GE(check(c, c.direction, 0.5 * c.shift).bound, c.excess) << c.name;
    EXPECT_EQ(check(c, c.direction, 1.2 * c.shift).bound, INFINITY) << c.name;
    EXPECT_EQ(check(c, c.direction, -c.shift).bound, INFINITY) << c.name;
    EXPECT_EQ(check(c, c.direction, std::nan("")).bound, INFINITY) << c.name;
  }
}

TEST(SelfConcordance, RefusesASingularHessian) {
  for (Case& c : proof_cases()) {
    if (c.direction.empty() || c.problem.l2 > 0) continue;
    // The third column becomes the first one's double.
    for (size_t i = 0; i < c.problem.rows(); ++i)
      c.problem.value[i * 3 + 2] = 2 * c.problem.value[i * 3];
    for (const double shift : {1e-3, 1e-8, 1e-12, 1e-15, 1e-17, 1e-300})
      EXPECT_EQ(check(c, c.direction, shift).bound, INFINITY) << c.name << " " << shift;
  }
}

TEST(SelfConcordance, OtherLossesAreRefused) {
  for (const Case& c : proof_cases()) {
    if (c.problem.loss.kind != LossKind::huber) continue;
    EXPECT_NE(check(c, std::vector<double>(4, 0.0), 0.1).refusal, "");
  }
}

}  // namespace
}  // namespace thalweg::verifier
