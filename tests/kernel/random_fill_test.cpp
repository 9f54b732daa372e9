#include "thalweg/kernel/random_fill.hpp"

#include <gtest/gtest.h>

#include <stdexcept>
#include <vector>

#include "tests/support/target.hpp"
#include "thalweg/base/parallel.hpp"
#include "thalweg/base/random.hpp"

namespace thalweg {
namespace {

template <class T>
void check(DType dtype) {
  const int32_t keys[] = {1, 2, -7, 123456, 0, 0};
  for (const size_t columns : {0, 1, 3, 4, 31, 33, 1000, 40001}) {
    std::vector<T> got(3 * columns + 1, T{9});
    random_uniform(dtype, keys, 77, 3, columns, got.data());
    for (size_t i = 0; i < 3; ++i)
      for (size_t j = 0; j < columns; ++j) {
        const auto words =
            philox({static_cast<uint32_t>(j / 4), 0, 77, 0},
                   {static_cast<uint32_t>(keys[2 * i]), static_cast<uint32_t>(keys[2 * i + 1])});
        ASSERT_EQ(got[i * columns + j], static_cast<T>(words[j % 4] >> 8) / 16777216)
            << i << " " << j;
      }
    EXPECT_EQ(got.back(), T{9});
  }
}

TEST(RandomFill, IsPhiloxAtKeyAndPlaceOnEveryTarget) {
  each_target([] {
    check<float>(DType::float32);
    check<double>(DType::float64);
  });
}

TEST(RandomFill, RejectsOtherTypes) {
  const int32_t key[] = {1, 2};
  int32_t to = 0;
  EXPECT_THROW(random_uniform(DType::int32, key, 0, 1, 1, &to), std::logic_error);
}

}  // namespace
}  // namespace thalweg
