#include "thalweg/program/fold.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

namespace thalweg {
namespace {

using Op = Operation;

double folded(Op operation, DType dtype, std::vector<double> numbers) {
  return fold(operation, dtype, numbers).value();
}

TEST(Fold, IsRoundedAsTheKernelsRound) {
  EXPECT_EQ(folded(Op::divide, DType::float64, {1, 3}), 1.0 / 3);
  EXPECT_EQ(folded(Op::divide, DType::float32, {1, 3}), static_cast<double>(1.0F / 3.0F));
  EXPECT_EQ(folded(Op::sqrt, DType::float32, {2}), static_cast<double>(std::sqrt(2.0F)));
  EXPECT_EQ(folded(Op::add, DType::float32, {16777216, 1}), 16777216);
  EXPECT_EQ(folded(Op::subtract, DType::float64, {1, 3}), -2);
  EXPECT_EQ(folded(Op::multiply, DType::float32, {3e38, 10}), INFINITY);
  EXPECT_TRUE(std::signbit(folded(Op::negate, DType::float64, {0})));
  EXPECT_TRUE(std::isnan(folded(Op::divide, DType::float64, {0, 0})));
}

TEST(Fold, LeavesTheRestToRun) {
  const std::vector<double> numbers = {1, 2};
  EXPECT_FALSE(fold(Op::exp, DType::float64, numbers));
  EXPECT_FALSE(fold(Op::add, DType::int32, numbers));
  EXPECT_FALSE(fold(Op::add, DType::bfloat16, numbers));
}

TEST(Fold, KnowsWhatEachElementTakesAlone) {
  for (const OperationRow& row : operations()) {
    const Op o = row.operation;
    const bool leaf = o < Op::negate;
    EXPECT_EQ(is_elementwise(o), !leaf && o < Op::reduce_sum) << row.name;
  }
  EXPECT_TRUE(is_alias(Op::reshape));
  EXPECT_TRUE(is_alias(Op::barrier));
  EXPECT_FALSE(is_alias(Op::transpose));
}

}  // namespace
}  // namespace thalweg
