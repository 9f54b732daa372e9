#include "thalweg/kernel/instruction_set.hpp"

#include <gtest/gtest.h>
#include <hwy/targets.h>

#include <string>

namespace thalweg {
namespace {

TEST(InstructionSet, IsTheBestThatIsNotDisabled) {
  const std::string best = instruction_set();
  hwy::DisableTargets(~HWY_SCALAR & ~HWY_EMU128 & ~HWY_SSSE3);
  const std::string least = instruction_set();
  hwy::DisableTargets(0);
  EXPECT_FALSE(best.empty());
  EXPECT_NE(best, "Unknown");
  EXPECT_EQ(instruction_set(), best);
  if (best != least) {
    EXPECT_EQ(least, "SSSE3");
  }
}

}  // namespace
}  // namespace thalweg
