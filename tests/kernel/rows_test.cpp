#include "thalweg/kernel/rows.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <string>

#include "tests/support/stored.hpp"
#include "thalweg/base/error.hpp"
#include "thalweg/base/parallel.hpp"

namespace thalweg {
namespace {

constexpr DType dtypes[] = {DType::float64, DType::float32, DType::bfloat16, DType::int32,
                            DType::boolean};

std::vector<int32_t> draw(size_t count, size_t rows, Random& random) {
  std::vector<int32_t> out(count);
  for (int32_t& index : out) index = static_cast<int32_t>(random.below(rows));
  return out;
}

TEST(Rows, GatherTakesTheRowsThatAreAskedFor) {
  Random random(1, 1);
  for (const DType dtype : dtypes)
    for (const size_t width : {0, 1, 3, 64, 300}) {
      Stored table = Stored::normal(dtype, 50 * width, random), got(dtype, 200 * width);
      const std::vector<int32_t> indices = draw(200, 50, random);
      gather_rows(dtype, 50, width, table.data(), indices.data(), 200, got.data());
      for (size_t i = 0; i < got.size(); ++i)
        ASSERT_EQ(got[i], table[static_cast<size_t>(indices[i / width]) * width + i % width]);
    }
}

TEST(Rows, ScatterAddSumsInOrderWhateverTheThreads) {
  Random random(2, 1);
  for (const DType dtype : {DType::float64, DType::float32, DType::bfloat16, DType::int32})
    for (const size_t width : {1, 3, 64, 700}) {
      Stored updates = Stored::normal(dtype, 300 * width, random), exact(dtype, 20 * width);
      const std::vector<int32_t> indices = draw(300, 20, random);
      for (size_t i = 0; i < updates.size(); ++i) {
        const size_t at = static_cast<size_t>(indices[i / width]) * width + i % width;
        exact.put(at, exact[at] + updates[i]);
      }
      for (const int count : {1, 3}) {
        set_threads(count);
        Stored got = Stored::normal(dtype, exact.size(), random);
        scatter_add_rows(dtype, 20, width, indices.data(), updates.data(), 300, got.data());
        for (size_t i = 0; i < got.size(); ++i) ASSERT_EQ(got[i], exact[i]) << name_of(dtype) << i;
      }
      set_threads(0);
    }
}

TEST(Rows, AnIndexOutsideIsNamed) {
  const int32_t indices[] = {0, 2, 3};
  float table[3] = {}, to[3];
  try {
    gather_rows(DType::float32, 3, 1, table, indices, 3, to);
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(std::string(error.what()), "gather: index 2 is 3; expected 0 to 2 (rows - 1)");
  }
  EXPECT_THROW(scatter_add_rows(DType::float32, 2, 1, indices, table, 2, to), Error);
  const int32_t negative = -1;
  EXPECT_THROW(gather_rows(DType::float32, 3, 1, table, &negative, 1, to), Error);
}

TEST(Rows, ArgmaxIsTheFirstOfEqualOnesAndNaNWins) {
  const float x[] = {1, 3, 3, 2, NAN, NAN, 7, 8, -INFINITY, -INFINITY, -INFINITY, -INFINITY};
  int32_t to[3];
  argmax_rows(DType::float32, 3, 4, x, to);
  EXPECT_EQ(to[0], 1);
  EXPECT_EQ(to[1], 0);
  EXPECT_EQ(to[2], 0);
  Random random(3, 1);
  for (const DType dtype : dtypes) {
    Stored y = Stored::normal(dtype, 100 * 37, random);
    std::vector<int32_t> got(100);
    argmax_rows(dtype, 100, 37, y.data(), got.data());
    for (size_t i = 0; i < 100; ++i) {
      size_t best = 0;
      for (size_t j = 1; j < 37; ++j)
        if (y[i * 37 + j] > y[i * 37 + best]) best = j;
      EXPECT_EQ(static_cast<size_t>(got[i]), best);
    }
  }
}

}  // namespace
}  // namespace thalweg
