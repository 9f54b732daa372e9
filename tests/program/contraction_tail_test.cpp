#include "thalweg/program/contraction_tail.hpp"

#include <gtest/gtest.h>

#include "thalweg/program/rewrite.hpp"

namespace thalweg {
namespace {

// The tail of the one product or convolution that the output needs.
ContractionTail tail(Symbol output) {
  const Graph& graph = output.graph();
  const auto nodes = needed(Symbols{output});
  const auto sole = [&](NodeId of) -> std::optional<NodeId> {
    std::vector<NodeId> readers;
    for (const NodeId id : nodes)
      for (const NodeId input : graph[id].inputs)
        if (input == of) readers.push_back(id);
    if (of == output.id() || readers.size() != 1) return std::nullopt;
    return readers[0];
  };
  for (const NodeId id : nodes)
    if (is_contraction(graph[id].operation)) return contraction_tail(graph, id, sole);
  return {};
}

struct Tails : testing::Test {
  Graph graph;
  Symbol x = graph.input("x", DType::float32, {8, 6}), w = graph.input("w", DType::float32, {6, 6}),
         bias = graph.input("bias", DType::float32, {6});
  Symbol image = graph.input("image", DType::float32, {2, 3, 6, 6}),
         filter = graph.input("filter", DType::float32, {4, 3, 3, 3}),
         channel = graph.input("channel", DType::float32, {4, 1, 1});
};

TEST_F(Tails, BiasThenActivation) {
  const ContractionTail found = tail(maximum(matmul(x, w) + bias, 0) * 2);
  EXPECT_EQ(found.nodes.size(), 2);
  EXPECT_EQ(found.bias, bias.id());
  EXPECT_EQ(found.activation, Activation::relu);
  const Symbol y = convolution(image, filter, Window::uniform(2, 1));
  EXPECT_EQ(tail(sigmoid(channel + y)).bias, channel.id());
  EXPECT_EQ(tail(sigmoid(channel + y)).activation, Activation::sigmoid);
}

TEST_F(Tails, WhatIsNoBias) {
  EXPECT_FALSE(tail(matmul(x, w) + graph.input("column", x.dtype(), {8, 1})).bias);
  EXPECT_FALSE(tail(matmul(x, w) + x).bias);
  EXPECT_FALSE(tail(matmul(x, w) - bias).bias);
  const Symbol y = convolution(image, filter, Window::uniform(2, 1));
  EXPECT_FALSE(tail(y + graph.input("width", x.dtype(), {4})).bias);
  EXPECT_EQ(tail(maximum(matmul(x, w), 0.5)).activation, Activation::none);
}

TEST_F(Tails, SecondReadersNeedTheValueBefore) {
  const Symbol product = matmul(x, w);
  EXPECT_TRUE(tail(tanh(product) * product).nodes.empty());
}

TEST_F(Tails, ConversionsAreThePositionOfTheProduct) {
  const Symbol product = matmul(cast(x, DType::bfloat16), cast(w, DType::bfloat16));
  const ContractionTail found = tail(tanh(cast(product, DType::float32) + bias));
  EXPECT_EQ(found.nodes.size(), 3);
  EXPECT_EQ(found.activation, Activation::tanh);
}

}  // namespace
}  // namespace thalweg
