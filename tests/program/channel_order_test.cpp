#include "thalweg/program/channel_order.hpp"

#include <gtest/gtest.h>

#include "thalweg/graph/differentiate.hpp"

namespace thalweg {
namespace {

bool last(Symbol wanted, Symbol of) { return channels_last(Symbols{wanted})[of.id()]; }

TEST(ChannelOrder, FollowsConvolutionsThroughArithmeticAndPooling) {
  for (const DType dtype : {DType::float32, DType::bfloat16, DType::float64}) {
    const bool expected = dtype != DType::float64;
    Graph graph;
    const Symbol x = graph.input("x", dtype, {2, 3, 8, 8}),
                 w = graph.input("w", dtype, {4, 3, 3, 3});
    const Symbol y = convolution(x, w, Window::uniform(2, 1, 1));
    const Symbol rectified = maximum(y, 0);
    const Symbol pooled = max_pool(rectified, {2, 2}, Window::uniform(2, 2));
    const Symbol flat = reshape(pooled, {2, 64});
    const Symbol swapped = transpose(pooled, {0, 1, 3, 2});
    EXPECT_FALSE(last(flat, x));
    EXPECT_EQ(last(flat, y), expected);
    EXPECT_EQ(last(flat, rectified), expected);
    EXPECT_EQ(last(flat, pooled), expected);
    EXPECT_FALSE(last(flat, flat));
    EXPECT_FALSE(last(swapped, swapped));
  }
}

TEST(ChannelOrder, NothingTurnsWithoutAConvolution) {
  Graph graph;
  const Symbol x = graph.input("x", DType::float32, {2, 3, 8, 8});
  const Symbol y = max_pool(x + 1, {2, 2}, Window::uniform(2, 2));
  for (const bool is : channels_last(Symbols{y})) EXPECT_FALSE(is);
}

TEST(ChannelOrder, EmptyConvolutionsStayPlain) {
  Graph graph;
  const Symbol x = graph.input("x", DType::float32, {0, 3, 8, 8}),
               w = graph.input("w", DType::float32, {4, 3, 3, 3});
  EXPECT_FALSE(convolves_channels_last(graph, convolution(x, w, Window::uniform(2, 1)).id()));
}

TEST(ChannelOrder, MovesAxis1ToTheEnd) {
  EXPECT_EQ(stored_shape({2, 3, 5, 7}, true), (Shape{2, 5, 7, 3}));
  EXPECT_EQ(stored_shape({2, 3, 5, 7}, false), (Shape{2, 3, 5, 7}));
  EXPECT_EQ(stored_shape({2, 3}, true), (Shape{2, 3}));
  EXPECT_TRUE(same_in_both_orders({2, 1, 5, 7}));
  EXPECT_TRUE(same_in_both_orders({2, 3, 1, 1}));
  EXPECT_TRUE(same_in_both_orders({2, 3}));
  EXPECT_FALSE(same_in_both_orders({2, 3, 5}));
}

}  // namespace
}  // namespace thalweg
