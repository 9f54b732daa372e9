#include "thalweg/program/constant.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "tests/support/stored.hpp"
#include "thalweg/graph/symbol.hpp"

namespace thalweg {
namespace {

std::vector<double> numbers(const Symbol& symbol) {
  const Buffer<std::byte> bytes = constant_bytes(symbol.node());
  EXPECT_EQ(bytes.size(), element_count(symbol.shape()) * size_of(symbol.dtype()));
  std::vector<double> out;
  for (size_t i = 0; i < element_count(symbol.shape()); ++i)
    out.push_back(get(symbol.dtype(), bytes.data(), i));
  return out;
}

TEST(Constant, IsConvertedToItsDtype) {
  Graph graph;
  using Numbers = std::vector<double>;
  EXPECT_EQ(numbers(graph.constant(0.1, DType::float64)), Numbers{0.1});
  EXPECT_EQ(numbers(graph.constant(0.1, DType::float32)), Numbers{static_cast<double>(0.1F)});
  EXPECT_EQ(numbers(graph.constant({-3, 7}, DType::int32, {2})), (Numbers{-3, 7}));
  EXPECT_EQ(numbers(graph.constant({0, 1, 1}, DType::boolean, {3})), (Numbers{0, 1, 1}));
  // 1 + 2^-8 lies between two numbers of 8 digits and goes to the even one; 1 + 3 2^-8 too.
  EXPECT_EQ(numbers(graph.constant({1 + 0x1p-8, 1 + 3 * 0x1p-8}, DType::bfloat16, {2})),
            (Numbers{1, 1 + 4 * 0x1p-8}));
  const Numbers special = numbers(
      graph.constant({std::numeric_limits<double>::quiet_NaN(), -INFINITY}, DType::bfloat16, {2}));
  EXPECT_TRUE(std::isnan(special[0]));
  EXPECT_EQ(special[1], -INFINITY);
}

TEST(Constant, IotaCountsAlongItsAxis) {
  Graph graph;
  EXPECT_EQ(numbers(graph.iota(DType::int32, {2, 3}, 1)), (std::vector<double>{0, 1, 2, 0, 1, 2}));
  EXPECT_EQ(numbers(graph.iota(DType::float32, {2, 3}, 0)),
            (std::vector<double>{0, 0, 0, 1, 1, 1}));
  EXPECT_TRUE(numbers(graph.iota(DType::float32, {0}, 0)).empty());
}

}  // namespace
}  // namespace thalweg
