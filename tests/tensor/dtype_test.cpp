#include "thalweg/tensor/dtype.hpp"

#include <gtest/gtest.h>

namespace thalweg {
namespace {

TEST(DType, HasASizeAndAName) {
  EXPECT_EQ(size_of(DType::float64), sizeof(double));
  EXPECT_EQ(size_of(DType::float32), sizeof(float));
  EXPECT_EQ(size_of(DType::bfloat16), 2u);
  EXPECT_EQ(size_of(DType::int32), sizeof(int32_t));
  EXPECT_EQ(size_of(DType::boolean), 1u);
  EXPECT_EQ(name_of(DType::float64), "float64");
  EXPECT_EQ(name_of(DType::float32), "float32");
  EXPECT_EQ(name_of(DType::bfloat16), "bfloat16");
  EXPECT_EQ(name_of(DType::int32), "int32");
  EXPECT_EQ(name_of(DType::boolean), "boolean");
}

TEST(DType, ThreeOfThemFloat) {
  EXPECT_TRUE(is_floating(DType::float64) && is_floating(DType::float32));
  EXPECT_TRUE(is_floating(DType::bfloat16));
  EXPECT_FALSE(is_floating(DType::int32) || is_floating(DType::boolean));
}

}  // namespace
}  // namespace thalweg
