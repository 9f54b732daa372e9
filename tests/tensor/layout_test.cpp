#include "thalweg/tensor/layout.hpp"

#include <gtest/gtest.h>

#include <stdexcept>

namespace thalweg {
namespace {

TEST(Layout, TensorsLieOneAfterTheOther) {
  Layout layout;
  layout.add("weights", {3, 4}).add("intercept", {3}).add("scale", {});
  EXPECT_EQ(layout.size(), 16u);
  EXPECT_EQ(layout["weights"].offset, 0u);
  EXPECT_EQ(layout["intercept"].offset, 12u);
  EXPECT_EQ(layout["intercept"].size, 3u);
  EXPECT_EQ(layout["scale"].size, 1u);
  EXPECT_TRUE(layout.contains("weights"));
  EXPECT_FALSE(layout.contains("bias"));
}

TEST(Layout, NamesAreUniqueAndKnown) {
  Layout layout;
  layout.add("a", {2});
  EXPECT_THROW(layout.add("a", {3}), std::logic_error);
  EXPECT_THROW(layout["b"], std::logic_error);
}

}  // namespace
}  // namespace thalweg
