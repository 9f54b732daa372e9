#include "thalweg/run/choose_batch.hpp"

#include <gtest/gtest.h>

#include "tests/run/runs.hpp"

namespace thalweg {
namespace {

using testing::contains;
using testing::line_of;

BatchChoice at_noise(double variance, double square, size_t rows) {
  return choose_batch("auto", rows, [=] { return NoiseScale{variance, square}; });
}

TEST(ChooseBatch, ANumberIsTaken) {
  const auto never = []() -> NoiseScale { throw std::logic_error("was not to be measured"); };
  EXPECT_EQ(choose_batch("100", 5000, never).batch, 100u);
  EXPECT_EQ(choose_batch("100", 60, never).batch, 60u);
  EXPECT_EQ(choose_batch("100", 60, never).reason, "");
  for (const char* text : {"0", "-3", "many", "1.5", ""})
    EXPECT_TRUE(contains(line_of([&] { choose_batch(text, 60, never); }), "neither auto nor"));
}

TEST(ChooseBatch, ThePowerOfTwoNearestToTheNoiseScale) {
  EXPECT_EQ(at_noise(180, 2, 60000).batch, 64u);   // 90: below the geometric mean of 64 and 128
  EXPECT_EQ(at_noise(184, 2, 60000).batch, 128u);  // 92: above
  EXPECT_DOUBLE_EQ(at_noise(180, 2, 60000).noise_scale, 90);
  EXPECT_TRUE(contains(at_noise(180, 2, 60000).reason, "at 90 samples"));
}

TEST(ChooseBatch, WithinLimitsThatItNames) {
  EXPECT_EQ(at_noise(3, 1, 60000).batch, 32u);
  EXPECT_TRUE(contains(at_noise(3, 1, 60000).reason, "processors waiting"));
  EXPECT_EQ(at_noise(1e6, 1, 60000).batch, 1024u);
  EXPECT_TRUE(contains(at_noise(1e6, 1, 60000).reason, "gain little"));
  EXPECT_EQ(at_noise(1e6, 1, 9000).batch, 256u);  // 32 steps of 256 fit
  EXPECT_TRUE(contains(at_noise(1e6, 1, 9000).reason, "32 steps"));
  EXPECT_EQ(at_noise(1, -1, 9000).batch, 256u);
  EXPECT_TRUE(contains(at_noise(1, -1, 9000).reason, "hides"));
  EXPECT_EQ(at_noise(1, 1, 50).batch, 32u);
  EXPECT_EQ(at_noise(1, 1, 20).batch, 20u);
  EXPECT_TRUE(contains(at_noise(1, 1, 20).reason, "too few"));
}

}  // namespace
}  // namespace thalweg
