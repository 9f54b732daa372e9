#include "thalweg/objective/noise_scale.hpp"

#include <gtest/gtest.h>

#include "tests/support/noisy_sum.hpp"

namespace thalweg {
namespace {

// Each of 5 coordinates has the mean x and, in a batch of 4, noise of deviation 0.5: the gradient of
// one sample has 4 * 0.25 of variance in each.
TEST(NoiseScale, IsTheTraceOfTheCovarianceOverTheSquaredMean) {
  testing::NoisySum objective(0.5);
  const std::vector<float> x = {1, -2, 0.5, 0, 3};
  const NoiseScale noise = noise_scale(*objective.finite_sum(), x, 0, 4000);
  EXPECT_NEAR(noise.variance, 5, 0.15);  // 4 standard errors
  EXPECT_NEAR(noise.square, 14.25, 0.25);
  EXPECT_DOUBLE_EQ(noise.samples(), noise.variance / noise.square);
}

// Few batches give no bias: the mean over many measurements of two batches each is right.
TEST(NoiseScale, TwoBatchesGiveUnbiasedEstimates) {
  testing::NoisySum objective(0.5);
  const std::vector<float> x = {0.1F, -0.2F, 0.05F, 0, 0.3F};
  double variance = 0, square = 0;
  for (long long k = 0; k < 4000; ++k) {
    const NoiseScale noise = noise_scale(*objective.finite_sum(), x, 2 * k, 2);
    variance += noise.variance / 4000;
    square += noise.square / 4000;
  }
  EXPECT_NEAR(variance, 5, 0.2);
  EXPECT_NEAR(square, 0.1425, 0.04);
}

}  // namespace
}  // namespace thalweg
