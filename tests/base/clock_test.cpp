#include "thalweg/base/clock.hpp"

#include <gtest/gtest.h>

namespace thalweg {
namespace {

TEST(Clock, NeverGoesBack) {
  double wall = wall_seconds(), cpu = cpu_seconds();
  for (int i = 0; i < 1000; ++i) {
    const double later = wall_seconds(), busier = cpu_seconds();
    EXPECT_GE(later, wall);
    EXPECT_GE(busier, cpu);
    wall = later;
    cpu = busier;
  }
}

TEST(Clock, CountsFrom1970) { EXPECT_GT(unix_seconds(), 1.6e9); }

}  // namespace
}  // namespace thalweg
