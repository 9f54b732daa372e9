#include "thalweg/base/random.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

namespace thalweg {
namespace {

// Known answers of Philox4x32-10 in the Random123 distribution (kat_vectors).
TEST(Random, PhiloxKnownAnswers) {
  using Counter = std::array<uint32_t, 4>;
  EXPECT_EQ(philox({0, 0, 0, 0}, {0, 0}),
            (Counter{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}));
  EXPECT_EQ(philox({~0u, ~0u, ~0u, ~0u}, {~0u, ~0u}),
            (Counter{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}));
  EXPECT_EQ(philox({0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344}, {0xa4093822, 0x299f31d0}),
            (Counter{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}));
}

TEST(Random, ANumberDependsOnSeedStreamAndIndexAlone) {
  Random a(5, 1);
  for (int i = 0; i < 10; ++i) a.bits();
  EXPECT_EQ(Random(5, 1, 10).bits(), a.bits());
  EXPECT_NE(Random(5, 1).bits(), Random(5, 2).bits());
  EXPECT_NE(Random(5, 1).bits(), Random(6, 1).bits());
}

TEST(Random, UniformAndNormalHaveTheirMoments) {
  Random random(1, 1);
  double sum = 0, squares = 0, normal = 0, normal_squares = 0;
  const int count = 100000;
  for (int i = 0; i < count; ++i) {
    const double u = random.uniform(), x = random.normal();
    ASSERT_TRUE(u >= 0 && u < 1);
    sum += u;
    squares += u * u;
    normal += x;
    normal_squares += x * x;
  }
  // Five standard errors.
  EXPECT_NEAR(sum / count, 0.5, 5 * std::sqrt(1.0 / 12 / count));
  EXPECT_NEAR(squares / count, 1.0 / 3, 5 * std::sqrt(4.0 / 45 / count));
  EXPECT_NEAR(normal / count, 0, 5 * std::sqrt(1.0 / count));
  EXPECT_NEAR(normal_squares / count, 1, 5 * std::sqrt(2.0 / count));
}

TEST(Random, BelowIsInRangeAndEven) {
  Random random(2, 1);
  std::vector<int> seen(7);
  for (int i = 0; i < 70000; ++i) ++seen[random.below(7)];
  for (const int count : seen) EXPECT_NEAR(count, 10000, 500);
  EXPECT_EQ(random.below(1), 0u);
  EXPECT_LT(random.below(UINT64_MAX), UINT64_MAX);
}

}  // namespace
}  // namespace thalweg
