#include "thalweg/base/random.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace thalweg {
namespace {

using Four = std::array<uint32_t, 4>;

// The known-answer vectors of Random123 1.14, kat_vectors, "philox4x32 10".
TEST(Random, PhiloxGivesThePublishedVectors) {
  EXPECT_EQ(philox({0, 0, 0, 0}, {0, 0}), (Four{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}));
  constexpr uint32_t ones = 0xffffffff;
  EXPECT_EQ(philox({ones, ones, ones, ones}, {ones, ones}),
            (Four{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}));
  EXPECT_EQ(philox({0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344}, {0xa4093822, 0x299f31d0}),
            (Four{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}));
}

TEST(Random, AnIndexGivesTheSameNumberHoweverItIsReached) {
  Random drawn(7, 3);
  for (int i = 0; i < 5; ++i) drawn.bits();
  EXPECT_EQ(drawn.index(), 5u);
  EXPECT_EQ(drawn.bits(), Random(7, 3, 5).bits());
  EXPECT_NE(Random(7, 3).bits(), Random(7, 4).bits());
  EXPECT_NE(Random(7, 3).bits(), Random(8, 3).bits());
}

// Moments of 100,000 numbers, each within five of its standard errors.
TEST(Random, UniformHasItsMoments) {
  constexpr int count = 100000;
  Random random(1, 0);
  double sum = 0, squares = 0;
  for (int i = 0; i < count; ++i) {
    const double u = random.uniform();
    ASSERT_GE(u, 0);
    ASSERT_LT(u, 1);
    sum += u;
    squares += u * u;
  }
  EXPECT_NEAR(sum / count, 0.5, 5 * std::sqrt(1.0 / 12 / count));
  EXPECT_NEAR(squares / count, 1.0 / 3, 5 * std::sqrt(4.0 / 45 / count));
}

TEST(Random, NormalHasItsMoments) {
  constexpr int count = 100000;
  Random random(1, 1);
  double sum = 0, squares = 0, fourths = 0;
  for (int i = 0; i < count; ++i) {
    const double z = random.normal();
    sum += z;
    squares += z * z;
    fourths += z * z * z * z;
  }
  EXPECT_NEAR(sum / count, 0, 5 * std::sqrt(1.0 / count));
  EXPECT_NEAR(squares / count, 1, 5 * std::sqrt(2.0 / count));
  EXPECT_NEAR(fourths / count, 3, 5 * std::sqrt(96.0 / count));
}

TEST(Random, BelowFillsItsRangeEvenly) {
  constexpr int count = 70000;
  std::array<int, 7> seen{};
  Random random(1, 2);
  for (int i = 0; i < count; ++i) ++seen.at(random.below(7));
  for (int times : seen) EXPECT_NEAR(times, count / 7, 5 * std::sqrt(count * 6.0 / 49));
  EXPECT_EQ(random.below(1), 0u);
}

}  // namespace
}  // namespace thalweg
