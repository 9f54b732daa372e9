#include "thalweg/kernel/compensated.hpp"

#include <gtest/gtest.h>

namespace thalweg {
namespace {

TEST(Compensated, KeepsWhatRoundingDrops) {
  CompensatedSum sum;
  sum.add(1e16);
  for (int i = 0; i < 1000; ++i) sum.add(0.125);
  sum.add(-1e16);
  EXPECT_EQ(sum.result(), 125);
}

TEST(Compensated, SumsOfSums) {
  CompensatedSum a, b;
  a.add(1e16);
  a.add(0.5);
  b.add(-1e16);
  b.add(0.25);
  a.add(b);
  EXPECT_EQ(a.result(), 0.75);
}

TEST(Compensated, OverflowIsInfiniteAndNanStays) {
  CompensatedSum sum;
  sum.add(1e308);
  sum.add(1e308);
  sum.add(1);
  EXPECT_EQ(sum.result(), HUGE_VAL);
  sum.add(std::nan(""));
  EXPECT_TRUE(std::isnan(sum.result()));
}

}  // namespace
}  // namespace thalweg
