#include "thalweg/certify/self_concordance.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "tests/certify/cases.hpp"

namespace thalweg {
namespace {

using testing::Dense;

Certificate bound_of(const Dense& problem) {
  Certificate out;
  bound_by_self_concordance(problem.predictor, problem.x, problem.z, problem.maxima, out);
  return out;
}

TEST(SelfConcordance, BoundsTheTrueExcessAndTheVerifierAgrees) {
  int bounded = 0;
  testing::for_each_case([&](const verifier::Case& c, Dense& problem) {
    const Certificate found = bound_of(problem);
    if (found.kind == CertificateKind::none) {
      EXPECT_FALSE(found.refusal.empty()) << c.name;
      return;
    }
    ++bounded;
    EXPECT_GE(found.bound, c.excess) << c.name;
    EXPECT_GE(found.rounding, 0) << c.name;
    EXPECT_LE(found.rounding, found.bound) << c.name;
    const verifier::Bound check = verifier::self_concordance(
        c.problem, c.point, verifier::margins(c.problem, c.point), found.direction, found.shift);
    EXPECT_LE(check.bound, found.bound) << c.name << check.refusal;
    // Without a penalty the decrement is all there is: near the minimum it must be tight.
    const bool free = c.problem.l1 == 0 && c.problem.l2 == 0 && !c.problem.bounded();
    EXPECT_LE(found.bound, free ? 4 * c.excess + 1e-12 : INFINITY) << c.name;
  });
  EXPECT_GE(bounded, 20);
}

TEST(SelfConcordance, RefusesWithAReason) {
  // Two columns that are one.
  Dense twice(4, 2, {1, 1, 2, 2, 3, 3, 4, 4}, {0, 1, 0, 1}, LossKind::logistic);
  EXPECT_NE(bound_of(twice).refusal.find("singular"), std::string::npos);
  Dense zero(4, 1, {0, 0, 0, 0}, {0, 1, 0, 1}, LossKind::logistic);
  EXPECT_NE(bound_of(zero).refusal.find("without curvature"), std::string::npos);
  Dense far(4, 1, {1, 2, 3, 4}, {0, 1, 0, 1}, LossKind::logistic);
  far.at({-30, 3});
  EXPECT_EQ(bound_of(far).kind, CertificateKind::none);
  Dense hinge(4, 1, {1, 2, 3, 4}, {0, 1, 0, 1}, LossKind::hinge);
  EXPECT_NE(bound_of(hinge).refusal.find("hinge"), std::string::npos);
}

}  // namespace
}  // namespace thalweg
