#include "thalweg/program/tile_group.hpp"

#include <gtest/gtest.h>

#include "thalweg/graph/differentiate.hpp"

namespace thalweg {
namespace {

TileGroup lowered(const Symbols& outputs) {
  const Fusion fusion = fuse(outputs);
  EXPECT_EQ(fusion.groups.size(), 1);
  return lower_tile(outputs[0].graph(), fusion, fusion.groups[0]);
}

TEST(TileGroup, LoadsRepeatsInPlace) {
  Graph graph;
  const Symbol x = graph.input("x", DType::float32, {8, 6}),
               row = graph.input("row", x.dtype(), {6}),
               column = graph.input("column", x.dtype(), {8, 1});
  const TileGroup group = lowered({reduce_sum((x + row) * column * 2, {1})});
  EXPECT_EQ(group.size.rows, 8);
  EXPECT_EQ(group.size.columns, 6);
  EXPECT_EQ(group.text, "tile [8, 6] add multiply multiply reduce_sum");
  EXPECT_EQ(to_text(group.program), R"(arithmetic float32
operand 0: float32 all
operand 1: float32 row
operand 2: float32 column
%0 = load(0)
%1 = load(1)
%2 = add(%0, %1)
%3 = load(2)
%4 = multiply(%2, %3)
%5 = constant(2)
%6 = multiply(%4, %5)
sum %6 column float32
)");
}

TEST(TileGroup, RoundsNarrowTypesThatItReads) {
  Graph graph;
  const Symbol x = graph.input("x", DType::bfloat16, {12});
  EXPECT_EQ(to_text(lowered({x * x + x}).program), R"(arithmetic float32
operand 0: bfloat16 all
%0 = load(0)
%1 = multiply(%0, %0)
%2 = convert(%1, bfloat16)
%3 = add(%2, %0)
store %3 bfloat16
)");
}

TEST(TileGroup, ValuesAreOfTheTypeOfTheArithmeticAlready) {
  Graph graph;
  const Symbol x = graph.input("x", DType::bfloat16, {12});
  EXPECT_EQ(to_text(lowered({negate(cast(x, DType::float32))}).program), R"(arithmetic float32
operand 0: bfloat16 all
%0 = load(0)
%1 = negate(%0)
store %1 float32
)");
}

TEST(TileGroup, Int32IsExactInFloat64) {
  Graph graph;
  const Symbol i = graph.input("i", DType::int32, {12});
  EXPECT_EQ(lowered({i + 3}).program.arithmetic, DType::float64);
  // float32 keeps the order of all integers to a number that it holds.
  EXPECT_EQ(lowered({cast(equal(i, 3), DType::float32)}).program.arithmetic, DType::float32);
  EXPECT_EQ(lowered({less(i, 1 << 24)}).program.arithmetic, DType::float64);
}

}  // namespace
}  // namespace thalweg
