#include "thalweg/tensor/layout.hpp"

#include <gtest/gtest.h>

#include <stdexcept>

namespace thalweg {
namespace {

TEST(Layout, TensorsLieOneBehindTheOther) {
  Layout layout;
  layout.add("weight", {3, 4}).add("intercept", {3}).add("scale", {});
  EXPECT_EQ(layout.size(), 16u);
  EXPECT_EQ(layout["weight"].offset, 0u);
  EXPECT_EQ(layout["weight"].size, 12u);
  EXPECT_EQ(layout["intercept"].offset, 12u);
  EXPECT_EQ(layout["scale"].offset, 15u);
  EXPECT_EQ(layout["scale"].size, 1u);
  EXPECT_EQ(layout.tensors()[1].name, "intercept");
}

TEST(Layout, NamesAreOneOfAKind) {
  Layout layout;
  layout.add("weight", {2});
  EXPECT_TRUE(layout.contains("weight"));
  EXPECT_FALSE(layout.contains("bias"));
  EXPECT_THROW(layout.add("weight", {2}), std::logic_error);
  EXPECT_THROW(layout["bias"], std::logic_error);
}

}  // namespace
}  // namespace thalweg
