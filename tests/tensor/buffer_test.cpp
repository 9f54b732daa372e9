#include "thalweg/tensor/buffer.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <numeric>
#include <span>

namespace thalweg {
namespace {

TEST(Buffer, IsAligned) {
  for (const size_t count : {size_t{1}, size_t{100}, size_t{1} << 20}) {
    const Buffer<double> buffer(count, 1.5);
    const auto address = reinterpret_cast<uintptr_t>(buffer.data());
    EXPECT_EQ(address % 64, 0u);
    if (count * sizeof(double) >= size_t{4} << 20) {
      EXPECT_EQ(address % (size_t{2} << 20), 0u);
    }
    EXPECT_EQ(std::accumulate(buffer.begin(), buffer.end(), 0.0), 1.5 * static_cast<double>(count));
  }
}

TEST(Buffer, CopiesAreDeepAndMovesLeaveNothing) {
  Buffer<int> a(3, 7);
  Buffer<int> b = a;
  b[1] = 8;
  EXPECT_EQ(a[1], 7);
  const Buffer<int> c = std::move(b);
  EXPECT_EQ(c[1], 8);
  EXPECT_TRUE(b.empty());
  a = c;
  EXPECT_EQ(a[1], 8);
  a = Buffer<int>();
  EXPECT_EQ(a.size(), 0u);
}

TEST(Buffer, IsASpan) {
  Buffer<float> a(4, 2.0F);
  const std::span<float> writable = a;
  writable[2] = 3;
  const std::span<const float> readable = a;
  EXPECT_EQ(readable[2], 3);
  EXPECT_EQ(readable.size(), 4u);
}

TEST(Buffer, TooMuchIsRefused) {
  EXPECT_THROW(Buffer<double>(SIZE_MAX / 4), std::bad_alloc);
  EXPECT_THROW(Buffer<char>(SIZE_MAX), std::bad_alloc);
}

}  // namespace
}  // namespace thalweg
