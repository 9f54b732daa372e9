#include "thalweg/kernel/contraction/memory_format.hpp"

#include <gtest/gtest.h>

#include "thalweg/base/error.hpp"

namespace thalweg {
namespace {

TEST(MemoryFormat, SaysHowItLies) {
  const Shape shape = {2, 3, 4, 5};
  for (const DType dtype : {DType::float64, DType::float32, DType::bfloat16, DType::int32}) {
    const MemoryFormat plain = MemoryFormat::plain(dtype, shape),
                       last = MemoryFormat::channels_last(dtype, shape);
    EXPECT_TRUE(plain.is_plain());
    EXPECT_FALSE(last.is_plain());
    EXPECT_EQ(plain.bytes(), 120 * size_of(dtype));
    EXPECT_EQ(last.bytes(), 120 * size_of(dtype));
    EXPECT_EQ(plain, MemoryFormat::strided(dtype, shape, strides(shape)));
    EXPECT_FALSE(plain == last);
    EXPECT_EQ(last, MemoryFormat::strided(dtype, shape, {60, 1, 15, 3}));
  }
  EXPECT_EQ(MemoryFormat::plain(DType::float32, shape).text(), "float32 [2, 3, 4, 5] abcd");
  EXPECT_EQ(MemoryFormat::channels_last(DType::float32, shape).text(), "float32 [2, 3, 4, 5] acdb");
  EXPECT_EQ(MemoryFormat::plain(DType::float64, {2}).text(), "float64 [2] strides [1]");
  // With a gap behind each row, the last one too.
  EXPECT_EQ(MemoryFormat::strided(DType::float32, {2, 2}, {4, 1}).bytes(), 8 * sizeof(float));
}

TEST(MemoryFormat, TakesScalarsAndEmptyTensors) {
  EXPECT_EQ(MemoryFormat::plain(DType::float32, {}).bytes(), 4u);
  EXPECT_EQ(MemoryFormat::plain(DType::float64, {}).bytes(), 8u);
  EXPECT_EQ(MemoryFormat::plain(DType::float32, {3, 0}).bytes(), 0u);
  EXPECT_EQ(MemoryFormat::plain(DType::int32, {3, 0}).bytes(), 0u);
  EXPECT_THROW(MemoryFormat::channels_last(DType::float32, {3, 2}), Error);
}

}  // namespace
}  // namespace thalweg
