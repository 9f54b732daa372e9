#include "thalweg/base/clock.hpp"

#include <gtest/gtest.h>

#include <chrono>

namespace thalweg {
namespace {

TEST(Clock, NeverGoesBack) {
  const double wall = wall_seconds(), cpu = cpu_seconds();
  volatile double work = 0;
  for (int i = 0; i < 100000; ++i) work = work + 1;
  EXPECT_GE(wall_seconds(), wall);
  EXPECT_GT(cpu_seconds(), cpu);
}

TEST(Clock, TheEpochIsUnix) {
  using namespace std::chrono;
  const auto before = duration<double>(system_clock::now().time_since_epoch()).count();
  const double now = unix_seconds();
  const auto after = duration<double>(system_clock::now().time_since_epoch()).count();
  EXPECT_LE(before - 1e-3, now);
  EXPECT_LE(now, after + 1e-3);
}

}  // namespace
}  // namespace thalweg
