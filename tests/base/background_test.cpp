#include "thalweg/base/background.hpp"

#include <gtest/gtest.h>
#include <sys/resource.h>

#include <stdexcept>

namespace thalweg {
namespace {

TEST(Background, HasTheLeastPriorityAndLeavesTheCallersAlone) {
  const int before = getpriority(PRIO_PROCESS, 0);
  EXPECT_EQ(in_background([] { return getpriority(PRIO_PROCESS, 0); }).get(), 19);
  EXPECT_EQ(getpriority(PRIO_PROCESS, 0), before);
}

TEST(Background, ErrorsReachWhoWaits) {
  EXPECT_THROW(in_background([]() -> int { throw std::runtime_error("no"); }).get(),
               std::runtime_error);
}

}  // namespace
}  // namespace thalweg
