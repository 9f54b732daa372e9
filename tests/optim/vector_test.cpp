#include "thalweg/optim/vector.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace thalweg {
namespace {

using Vector = std::vector<double>;

TEST(Vector, DotAndNorms) {
  EXPECT_EQ(dot(Vector{1, 2, 3}, Vector{4, -5, 6}), 12);
  EXPECT_EQ(norm(Vector{3, -4}), 5);
  EXPECT_EQ(norm(Vector{}), 0);
  EXPECT_EQ(norm(Vector{0, -0.0}), 0);
  EXPECT_EQ(distance(Vector{4, 1}, Vector{1, 5}), 5);
  EXPECT_EQ(distance(Vector{4, 1}, Vector{4, 1}), 0);
}

TEST(Vector, NeitherOverflowNorUnderflow) {
  EXPECT_DOUBLE_EQ(norm(Vector{3e200, 4e200}), 5e200);
  EXPECT_DOUBLE_EQ(norm(Vector{3e-200, 4e-200}), 5e-200);
  EXPECT_DOUBLE_EQ(distance(Vector{3e200, 0}, Vector{0, 4e200}), 5e200);
}

// Wherever it stands.
TEST(Vector, NotFiniteStays) {
  EXPECT_TRUE(std::isnan(norm(Vector{NAN, 1, 2})));
  EXPECT_TRUE(std::isnan(norm(Vector{1, NAN, 2})));
  EXPECT_TRUE(std::isnan(norm(Vector{1, 2, NAN})));
  EXPECT_EQ(norm(Vector{1, -INFINITY}), INFINITY);
  EXPECT_FALSE(std::isfinite(norm(Vector{INFINITY, NAN})));
  EXPECT_FALSE(std::isfinite(norm(Vector{NAN, INFINITY})));
  EXPECT_TRUE(std::isnan(distance(Vector{1, NAN, 5}, Vector{0, 0, 0})));
  EXPECT_TRUE(std::isnan(distance(Vector{INFINITY}, Vector{INFINITY})));
}

}  // namespace
}  // namespace thalweg
