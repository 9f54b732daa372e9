#include "thalweg/certify/baseline.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "tests/certify/cases.hpp"

namespace thalweg {
namespace {

using testing::Dense;

// P of the oracle (50 digits) is I plus the excess.
TEST(Baseline, InfimumPlusExcessIsTheValue) {
  testing::for_each_case([](const verifier::Case& c, Dense& problem) {
    const Baseline base = baseline(problem.predictor.samples);
    const double excess = excess_over_infimum(problem.predictor, problem.x, problem.z);
    EXPECT_GE(excess, 0) << c.name;
    EXPECT_NEAR(base.infimum + excess, c.value, 1e-14 * (1 + std::abs(c.value))) << c.name;
    // No model without weights is better than the best of them, with whatever intercept.
    EXPECT_GE(base.constant, 0);
    problem.at(std::vector<double>(problem.x.size(), 0.125));
    for (size_t j = 0; j < c.problem.outputs * c.problem.features; ++j) problem.x[j] = 0;
    problem.at(problem.x);
    EXPECT_LE(base.constant,
              excess_over_infimum(problem.predictor, problem.x, problem.z) * (1 + 1e-12))
        << c.name;
  });
}

// The verifier's own N, with its own code.
TEST(Baseline, TheVerifierFindsTheSameScale) {
  testing::for_each_case([](const verifier::Case& c, Dense& problem) {
    const verifier::Scale scale =
        verifier::scale(c.problem, c.point, verifier::margins(c.problem, c.point));
    const Baseline base = baseline(problem.predictor.samples);
    EXPECT_NEAR(base.infimum, scale.infimum, 1e-14 * (1 + std::abs(scale.infimum))) << c.name;
    EXPECT_NEAR(base.constant, scale.constant, 1e-10 * scale.constant) << c.name;
    EXPECT_NEAR(excess_over_infimum(problem.predictor, problem.x, problem.z), scale.excess,
                1e-13 * scale.excess)
        << c.name;
  });
}

TEST(Baseline, ByHand) {
  // Variance over two; rows of weight 0 do not count.
  Dense squares(4, 1, {1, 2, 3, 4}, {1, 3, 5, 1000}, LossKind::squared, 1, {1, 1, 1, 0});
  EXPECT_NEAR(baseline(squares.predictor.samples).constant, 8.0 / 3 / 2, 1e-15);
  // Entropy of a quarter.
  Dense labels(4, 1, {1, 2, 3, 4}, {1, 0, 0, 0}, LossKind::logistic);
  EXPECT_NEAR(baseline(labels.predictor.samples).constant,
              -0.25 * std::log(0.25) - 0.75 * std::log(0.75), 1e-15);
  // One class: the best constant model is without excess, in the limit.
  Dense one(2, 1, {1, 2}, {1, 1}, LossKind::logistic);
  EXPECT_EQ(baseline(one.predictor.samples).constant, 0);
  Dense none(2, 1, {1, 2}, {0, 0}, LossKind::poisson);
  EXPECT_EQ(baseline(none.predictor.samples).constant, 0);
}

}  // namespace
}  // namespace thalweg
