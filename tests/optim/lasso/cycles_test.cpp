#include "thalweg/optim/lasso/cycles.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace thalweg {
namespace {

// Of a linear iteration in four dimensions the extrapolated point is the fixed point.
TEST(Anderson, FindsTheFixedPointOfALinearIteration) {
  const double factor[4] = {0.9, 0.7, 0.5, -0.3};
  Anderson anderson;
  std::vector<double> x = {1, 1, 1, 1};
  bool extrapolated = false;
  for (int i = 0; i < 6 && !extrapolated; ++i) {
    std::vector<double> next = x;
    extrapolated = anderson.extrapolate(next);
    EXPECT_EQ(extrapolated, i == 5);
    for (size_t k = 0; k < 4; ++k) {
      const double fixed = static_cast<double>(k) + 3;
      if (extrapolated) {
        EXPECT_NEAR(next[k], fixed, 1e-3) << k;
      }
      x[k] = fixed + factor[k] * (x[k] - fixed);
    }
  }
}

}  // namespace
}  // namespace thalweg
