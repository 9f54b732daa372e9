#include "thalweg/base/parallel.hpp"

#include <gtest/gtest.h>

#include <stdexcept>
#include <vector>

namespace thalweg {
namespace {

TEST(Parallel, BlocksCoverTheLengthOnceWhateverTheThreads) {
  for (const int count : {1, 2, 5}) {
    set_threads(count);
    EXPECT_EQ(threads(), count);
    std::vector<int> seen(1003);
    std::vector<size_t> begins(block_count(1003, 10));
    parallel_blocks(1003, 10, [&](size_t block, size_t begin, size_t end) {
      begins[block] = begin;
      for (size_t i = begin; i < end; ++i) ++seen[i];
    });
    for (const int times : seen) EXPECT_EQ(times, 1);
    for (size_t block = 0; block < begins.size(); ++block) EXPECT_EQ(begins[block], 10 * block);
  }
  set_threads(0);
  EXPECT_GE(threads(), 1);
}

TEST(Parallel, NothingIsNoBlock) {
  parallel_blocks(0, 10, [](size_t, size_t, size_t) { FAIL(); });
}

TEST(Parallel, AnExceptionReachesTheCaller) {
  set_threads(3);
  const auto run = [] {
    parallel_blocks(100, 1, [](size_t block, size_t, size_t) {
      if (block == 57) throw std::runtime_error("57");
    });
  };
  EXPECT_THROW(run(), std::runtime_error);
  set_threads(0);
}

}  // namespace
}  // namespace thalweg
