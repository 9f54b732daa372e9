#include "thalweg/certify/standard_errors.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "thalweg/graph/symbol.hpp"
#include "thalweg/objective/traced_function.hpp"

namespace thalweg {
namespace {

// scipy.stats.t.ppf(0.975, n).
TEST(StandardErrors, StudentsT) {
  EXPECT_NEAR(two_sided_t(1), 12.706204736432095, 1e-9);
  EXPECT_NEAR(two_sided_t(2), 4.302652729696142, 1e-9);
  EXPECT_NEAR(two_sided_t(5), 2.570581835636314, 1e-9);
  EXPECT_NEAR(two_sided_t(30), 2.042272456301238, 1e-9);
  EXPECT_NEAR(two_sided_t(1000), 1.9623390808264078, 1e-4);
}

// A line through 5 points; numbers of R's lm(c(1, 3, 4, 4, 7) ~ c(0, 1, 2, 3, 4)).
TEST(StandardErrors, OfALine) {
  FunctionTrace trace;
  const Symbol a = trace.copied("a", 5), b = trace.copied("b", 5);
  const Symbol x = trace.graph->constant({0, 1, 2, 3, 4}, DType::float64, {5});
  const Symbol y = trace.graph->constant({1, 3, 4, 4, 7}, DType::float64, {5});
  trace.residuals = {y - (a + b * x)};
  TracedFunction line(std::move(trace));
  const std::vector<double> at = {1.2, 1.3};
  const Estimates found = estimate_parameters(*line.least_squares(), at);
  EXPECT_EQ(found.freedom, 3u);
  EXPECT_NEAR(found.residual_deviation, std::sqrt(1.9 / 3), 1e-14);
  EXPECT_NEAR(found.parameters[1].standard_error, std::sqrt(1.9 / 3 / 10), 1e-14);
  EXPECT_NEAR(found.parameters[0].standard_error, std::sqrt(1.9 / 3 * (1. / 5 + 4. / 10)), 1e-14);
  EXPECT_NEAR(found.parameters[1].t, 1.3 / std::sqrt(1.9 / 30), 1e-12);
  EXPECT_NEAR(found.parameters[1].low, 1.3 - 3.182446305284263 * std::sqrt(1.9 / 30), 1e-9);
}

TEST(StandardErrors, WhatIsNotDetermined) {
  FunctionTrace trace;
  const Symbol a = trace.copied("a", 3), b = trace.copied("b", 3);
  trace.residuals = {a + b - 1};
  TracedFunction sum(std::move(trace));
  const std::vector<double> at = {0.5, 0.6};
  EXPECT_TRUE(
      std::isinf(estimate_parameters(*sum.least_squares(), at).parameters[0].standard_error));
}

}  // namespace
}  // namespace thalweg
