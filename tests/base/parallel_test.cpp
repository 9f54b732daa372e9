#include "thalweg/base/parallel.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <stdexcept>
#include <vector>

namespace thalweg {
namespace {

class Parallel : public testing::Test {
 protected:
  ~Parallel() override { set_threads(0); }
};

TEST_F(Parallel, EveryItemIsVisitedOnce) {
  for (int count : {1, 2, 5}) {
    set_threads(count);
    EXPECT_EQ(threads(), count);
    for (size_t length : {0u, 1u, 63u, 64u, 65u, 1000u}) {
      std::vector<int> visits(length, 0);
      std::vector<int> blocks(block_count(length, 64), 0);
      parallel_blocks(length, 64, [&](size_t block, size_t begin, size_t end) {
        EXPECT_EQ(begin, block * 64);
        ++blocks[block];
        for (size_t i = begin; i < end; ++i) ++visits[i];
      });
      EXPECT_EQ(visits, std::vector<int>(length, 1));
      EXPECT_EQ(blocks, std::vector<int>(blocks.size(), 1));
    }
  }
}

TEST_F(Parallel, SumsKeepTheirBitsAtAnyNumberOfThreads) {
  const auto sum = [](int count) {
    set_threads(count);
    std::vector<double> parts(block_count(10000, 128));
    parallel_blocks(10000, 128, [&](size_t block, size_t begin, size_t end) {
      for (size_t i = begin; i < end; ++i) parts[block] += std::sin(static_cast<double>(i));
    });
    double total = 0;
    for (double part : parts) total += part;
    return total;
  };
  const double alone = sum(1);
  for (int count : {2, 3, 7}) EXPECT_EQ(sum(count), alone);
}

TEST_F(Parallel, AnExceptionReachesTheCaller) {
  for (int count : {1, 4}) {
    set_threads(count);
    EXPECT_THROW(parallel_blocks(1000, 10,
                                 [](size_t block, size_t, size_t) {
                                   if (block == 50) throw std::runtime_error("block 50");
                                 }),
                 std::runtime_error);
  }
}

TEST_F(Parallel, ALoopInsideALoopIsSerial) {
  set_threads(4);
  std::vector<int> visits(100, 0);
  parallel_blocks(10, 1, [&](size_t outer, size_t, size_t) {
    parallel_blocks(10, 1, [&](size_t inner, size_t, size_t) { ++visits[outer * 10 + inner]; });
  });
  EXPECT_EQ(visits, std::vector<int>(100, 1));
}

}  // namespace
}  // namespace thalweg
