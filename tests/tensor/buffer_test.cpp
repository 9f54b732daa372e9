#include "thalweg/tensor/buffer.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <numeric>
#include <span>

namespace thalweg {
namespace {

TEST(Buffer, IsAligned) {
  for (size_t count : {1u, 3u, 1000u, 524287u}) {
    Buffer<double> buffer(count);
    EXPECT_EQ(reinterpret_cast<uintptr_t>(buffer.data()) % 64, 0u);
    EXPECT_EQ(buffer.size(), count);
  }
  Buffer<float> large(size_t{1} << 20);
  EXPECT_EQ(reinterpret_cast<uintptr_t>(large.data()) % (size_t{2} << 20), 0u);
}

TEST(Buffer, NothingIsAValidLength) {
  Buffer<double> none, zero(0);
  EXPECT_TRUE(none.empty());
  EXPECT_TRUE(zero.empty());
  EXPECT_EQ(Buffer<double>(none).size(), 0u);
}

TEST(Buffer, CopiesAreSeparateAndMovesAreNot) {
  Buffer<int> first(5);
  std::iota(first.begin(), first.end(), 0);
  Buffer<int> copy = first;
  copy[0] = 7;
  EXPECT_EQ(first[0], 0);
  const int* data = copy.data();
  Buffer<int> moved = std::move(copy);
  EXPECT_EQ(moved.data(), data);
  EXPECT_TRUE(copy.empty());
  first = moved;
  EXPECT_EQ(first[0], 7);
  EXPECT_EQ(moved[4], 4);
}

TEST(Buffer, FillsWithAValue) {
  const Buffer<double> buffer(100, 2.5);
  for (double item : buffer) EXPECT_EQ(item, 2.5);
  EXPECT_EQ(std::span<const double>(buffer).size(), 100u);
}

TEST(Buffer, ASizeThatOverflowsIsRefused) {
  EXPECT_THROW(Buffer<double>(SIZE_MAX / 8 + 1), std::bad_alloc);
  EXPECT_THROW(Buffer<double>(SIZE_MAX / 8), std::bad_alloc);
}

}  // namespace
}  // namespace thalweg
