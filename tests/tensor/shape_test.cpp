#include "thalweg/tensor/shape.hpp"

#include <gtest/gtest.h>

#include <cstdint>

#include "thalweg/base/error.hpp"

namespace thalweg {
namespace {

TEST(Shape, CountsItsElements) {
  EXPECT_EQ(element_count({}), 1u);
  EXPECT_EQ(element_count({4, 3}), 12u);
  EXPECT_EQ(element_count({4, 0, 3}), 0u);
  EXPECT_EQ(element_count({SIZE_MAX, 0}), 0u);
  EXPECT_THROW(element_count({size_t{1} << 32, size_t{1} << 32}), Error);
}

TEST(Shape, StridesAreRowMajor) {
  EXPECT_EQ(strides({}), (std::vector<size_t>{}));
  EXPECT_EQ(strides({2, 3, 4}), (std::vector<size_t>{12, 4, 1}));
}

// The cases of NumPy's documentation of broadcasting.
TEST(Shape, BroadcastsAsNumpyDoes) {
  EXPECT_EQ(broadcast({256, 256, 3}, {3}), (Shape{256, 256, 3}));
  EXPECT_EQ(broadcast({8, 1, 6, 1}, {7, 1, 5}), (Shape{8, 7, 6, 5}));
  EXPECT_EQ(broadcast({5, 4}, {1}), (Shape{5, 4}));
  EXPECT_EQ(broadcast({}, {5, 4}), (Shape{5, 4}));
  EXPECT_EQ(broadcast({15, 3, 5}, {3, 1}), (Shape{15, 3, 5}));
  EXPECT_EQ(broadcast({0}, {1}), (Shape{0}));
  EXPECT_EQ(broadcast({3}, {4}), std::nullopt);
  EXPECT_EQ(broadcast({2, 1}, {8, 4, 3}), std::nullopt);
  EXPECT_EQ(broadcast({0}, {2}), std::nullopt);
  EXPECT_TRUE(broadcasts_to({1, 3}, {2, 3}));
  EXPECT_FALSE(broadcasts_to({2, 3}, {1, 3}));
  EXPECT_FALSE(broadcasts_to({2, 3}, {3}));
}

TEST(Shape, PrintsItsExtents) {
  EXPECT_EQ(to_text({}), "[]");
  EXPECT_EQ(to_text({4, 3}), "[4, 3]");
}

}  // namespace
}  // namespace thalweg
