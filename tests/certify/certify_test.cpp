#include "thalweg/certify/certify.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "tests/certify/cases.hpp"

namespace thalweg {
namespace {

using testing::Dense;

// The certified point has a better intercept than the one asked about, so its true excess is less.
TEST(Certify, TheVerifierProvesWhatIsClaimed) {
  testing::for_each_case([](const verifier::Case& c, Dense& problem) {
    const Certifier certifier(problem.predictor);
    const Certificate found = certifier.certify(problem.x, {}, {}, 1e-9, INFINITY);
    EXPECT_LE(found.value, c.value + 1e-13 * (1 + std::abs(c.value))) << c.name;
    if (found.kind == CertificateKind::none) {
      EXPECT_FALSE(found.refusal.empty()) << c.name;
      EXPECT_TRUE(std::isnan(found.bound));
      return;
    }
    const size_t k = c.problem.outputs;
    const verifier::Point point = {{found.point.begin(), found.point.end() - k},
                                   {found.point.end() - k, found.point.end()}};
    const verifier::Margins margins = verifier::margins(c.problem, point);
    const double bound =
        found.kind == CertificateKind::fenchel
            ? verifier::fenchel(c.problem, point, margins, found.dual,
                                static_cast<size_t>(found.defining_row))
                  .bound
            : verifier::self_concordance(c.problem, point, margins, found.direction, found.shift)
                  .bound;
    EXPECT_LE(bound, found.bound * (1 + 1e-9)) << c.name;
    EXPECT_NEAR(found.scale, verifier::scale(c.problem, point, margins).scale(),
                1e-12 * found.scale)
        << c.name;
    // value - infimum at the certified point: the oracle's excess less what the intercept gained.
    EXPECT_GE(found.bound, c.excess - (c.value - found.value) - 1e-14 * (1 + std::abs(c.value)))
        << c.name;
    EXPECT_FALSE(found.assumptions.empty());
  });
}

TEST(Certify, AWitnessComesFirst) {
  Dense problem(4, 1, {-2, -1, 1, 2}, {0, 0, 1, 1}, LossKind::logistic);
  problem.at({3, 0});
  const Certifier certifier(problem.predictor);
  const Certificate found = certifier.certify(problem.x, {}, problem.x, 1e-9, INFINITY);
  EXPECT_EQ(found.kind, CertificateKind::witness);
  EXPECT_EQ(found.direction.size(), 2u);
  EXPECT_GT(found.direction[0], 0);
}

TEST(Certify, WhatIsNotFiniteProvesNothing) {
  Dense problem(2, 1, {1e200, -1e200}, {1, 0}, LossKind::squared);
  problem.predictor.penalty.l2 = 1;
  const Certifier certifier(problem.predictor);
  const std::vector<double> x = {1e200, 0};
  const Certificate found = certifier.certify(x, {}, {}, 1e-9, INFINITY);
  EXPECT_EQ(found.kind, CertificateKind::none);
  EXPECT_FALSE(found.refusal.empty());
  EXPECT_FALSE(found.relative() <= 1);
}

}  // namespace
}  // namespace thalweg
