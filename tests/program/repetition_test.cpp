#include "thalweg/program/repetition.hpp"

#include <gtest/gtest.h>

#include <numeric>

#include "tests/support/derivative_check.hpp"
#include "thalweg/program/channel_order.hpp"

namespace thalweg {
namespace {

// Judged by the indices themselves: the element of `from` at each place of `to`, in stored order.
std::vector<size_t> sources(const Shape& from, const Shape& to, bool last) {
  const Shape stored = stored_shape(to, last);
  Shape small(to.size() - from.size(), 1);
  small.insert(small.end(), from.begin(), from.end());
  std::vector<size_t> out;
  for (size_t flat = 0; flat < element_count(stored); ++flat) {
    std::vector<size_t> at(to.size());
    size_t left = flat;
    for (size_t axis = to.size(); axis-- > 0;) {
      const size_t mine = last && to.size() > 2 ? (axis + 1 == to.size() ? 1
                                                   : axis == 0           ? 0
                                                                         : axis + 1)
                                                : axis;
      at[mine] = left % stored[axis];
      left /= stored[axis];
    }
    size_t source = 0;
    for (size_t axis = 0; axis < to.size(); ++axis)
      source = source * small[axis] + (small[axis] == 1 ? 0 : at[axis]);
    out.push_back(source);
  }
  return out;
}

TEST(Repetition, ReadsWhatTheIndicesSay) {
  Trace random(3);
  size_t found = 0;
  for (size_t trial = 0; trial < 3000; ++trial) {
    Shape to;
    for (size_t i = random.below(5); i > 0; --i) to.push_back(1 + random.below(4));
    const Shape from = random.repeatable(to);
    const bool last = to.size() > 2 && random.below(2) == 0;
    const auto how = repetition(from, to, last);
    if (!how) continue;
    ++found;
    const size_t count = element_count(to);
    const size_t columns = how->columns == 0 ? count : how->columns;
    ASSERT_EQ(count % columns, 0);
    const std::vector<size_t> expected = sources(from, to, last);
    // A matching extent of all may lie in another order when it is not stored as `to` is.
    if (how->extent == TileExtent::all && last) continue;
    for (size_t i = 0; i < count; ++i) {
      const size_t row = i / columns, rows = count / columns;
      const size_t source = how->extent == TileExtent::all      ? i
                            : how->extent == TileExtent::scalar ? 0
                            : how->extent == TileExtent::row
                                ? i % columns
                                : row % (how->period == 0 ? rows : how->period);
      ASSERT_EQ(source, expected[i])
          << to_text(from) << " to " << to_text(to) << (last ? ", channels last" : "");
    }
  }
  EXPECT_GT(found, 1500);
}

TEST(Repetition, KindsByExample) {
  const auto extent = [](const Shape& from, const Shape& to, bool last = false) {
    return repetition(from, to, last)->extent;
  };
  EXPECT_EQ(extent({}, {4, 5}), TileExtent::scalar);
  EXPECT_EQ(extent({5}, {4, 5}), TileExtent::row);
  EXPECT_EQ(extent({4, 1}, {4, 5}), TileExtent::column);
  EXPECT_EQ(extent({4, 5}, {4, 5}), TileExtent::all);
  EXPECT_EQ(extent({3, 1, 1}, {2, 3, 4, 4}), TileExtent::column);
  EXPECT_EQ(repetition({3, 1, 1}, {2, 3, 4, 4})->period, 3);
  EXPECT_EQ(extent({3, 1, 1}, {2, 3, 4, 4}, true), TileExtent::row);
  EXPECT_FALSE(repetition({2, 1, 4}, {2, 3, 4}));
}

TEST(Repetition, ConstantsThroughRepeats) {
  Graph graph;
  const Symbol number = broadcast_to(graph.constant(3, DType::float32), {2, 5});
  EXPECT_EQ(constant_number(graph, reshape(number, {10}).id()), 3);
  EXPECT_FALSE(constant_number(graph, graph.constant({1, 2}, DType::float32, {2}).id()));
  EXPECT_FALSE(constant_number(graph, (number + 1).id()));
}

TEST(Repetition, ReductionsOfTheTileMachine) {
  Graph graph;
  const Symbol x = graph.input("x", DType::float32, {4, 3, 5, 6});
  const auto how = [&](const Axes& axes, bool last = false) {
    return tile_reduction(graph, reduce_sum(x, axes).id(), last);
  };
  EXPECT_EQ(how({0, 1, 2, 3})->extent, TileExtent::scalar);
  EXPECT_EQ(how({2, 3})->extent, TileExtent::column);
  EXPECT_EQ(how({2, 3})->columns, 30);
  EXPECT_EQ(how({0, 1})->extent, TileExtent::row);
  EXPECT_FALSE(how({1}));
  // All but the channels: a row where they are innermost.
  EXPECT_FALSE(how({0, 2, 3}));
  EXPECT_EQ(how({0, 2, 3}, true)->extent, TileExtent::row);
  EXPECT_FALSE(
      tile_reduction(graph, reduce_sum(graph.input("i", DType::int32, {4}), {0}).id(), false));
}

}  // namespace
}  // namespace thalweg
