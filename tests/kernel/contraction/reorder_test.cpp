#include "thalweg/kernel/contraction/reorder.hpp"

#include <gtest/gtest.h>

#include "tests/support/stored.hpp"
#include "thalweg/base/error.hpp"

namespace thalweg {
namespace {

TEST(Reorder, MovesEveryElementAndRounds) {
  Random random(1, 1);
  const Shape shape = {2, 3, 4, 5};
  const MemoryFormat formats[] = {MemoryFormat::plain(DType::float32, shape),
                                  MemoryFormat::channels_last(DType::float32, shape),
                                  MemoryFormat::plain(DType::bfloat16, shape),
                                  MemoryFormat::channels_last(DType::bfloat16, shape)};
  for (const MemoryFormat& from : formats)
    for (const MemoryFormat& to : formats) {
      Stored a = Stored::normal(from.dtype(), 120, random), b(to.dtype(), 120);
      Reorder reorder = Reorder::make(from, to);
      Buffer<std::byte> scratch(reorder.scratch());
      reorder.run(a.data(), b.data(), scratch.data());
      const auto place = [](const MemoryFormat& format, size_t i) {
        return format.is_plain() ? i : i / 60 * 60 + i % 20 * 3 + i / 20 % 3;
      };
      for (size_t i = 0; i < 120; ++i) {
        Stored one(to.dtype(), 1);
        one.put(0, a[place(from, i)]);
        EXPECT_EQ(b[place(to, i)], one[0]) << from.text() << " to " << to.text() << " " << i;
      }
    }
}

TEST(Reorder, MovesDoublesAndRefusesTheRest) {
  const Shape shape = {2, 3, 4};
  const MemoryFormat plain = MemoryFormat::plain(DType::float64, shape),
                     last = MemoryFormat::channels_last(DType::float64, shape);
  Random random(2, 1);
  Stored a = Stored::normal(DType::float64, 24, random), b(DType::float64, 24);
  Reorder::make(plain, last).run(a.data(), b.data(), nullptr);
  for (size_t i = 0; i < 24; ++i) EXPECT_EQ(b[i / 12 * 12 + i % 4 * 3 + i / 4 % 3], a[i]);
  EXPECT_THROW(Reorder::make(plain, MemoryFormat::plain(DType::float32, shape)), Error);
  EXPECT_THROW(Reorder::make(plain, MemoryFormat::plain(DType::float64, {24})), Error);
}

}  // namespace
}  // namespace thalweg
