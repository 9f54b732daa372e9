#include "thalweg/graph/graph.hpp"

#include <gtest/gtest.h>

#include "tests/support/error_of.hpp"
#include "thalweg/graph/differentiate.hpp"

namespace thalweg {
namespace {

TEST(Graph, PrintsANodeALine) {
  Graph graph;
  const Symbol x = graph.input("x", DType::float32, {8, 3});
  const Symbol w = graph.input("w", DType::float32, {2, 3});
  const Symbol y = matmul(x, w, Transposed::no, Transposed::yes);
  const Symbol value = reduce_sum(tanh(y) * 0.5, {1});
  slice(value, {1}, {5}, {2});
  EXPECT_EQ(to_text(graph),
            "%0 = input(\"x\") float32[8, 3]\n"
            "%1 = input(\"w\") float32[2, 3]\n"
            "%2 = matmul(%0, %1; transpose_b) float32[8, 2]\n"
            "%3 = tanh(%2) float32[8, 2]\n"
            "%4 = constant(0.5) float32[]\n"
            "%5 = broadcast_to(%4) float32[8, 2]\n"
            "%6 = multiply(%3, %5) float32[8, 2]\n"
            "%7 = reduce_sum(%6; axes=[1]) float32[8]\n"
            "%8 = slice(%7; start=[1], stop=[5], stride=[2]) float32[2]\n");
  EXPECT_EQ(to_text(Symbols{y}),
            "%0 = input(\"x\") float32[8, 3]\n"
            "%1 = input(\"w\") float32[2, 3]\n"
            "%2 = matmul(%0, %1; transpose_b) float32[8, 2]\n");
}

TEST(Graph, PrintsEveryAttribute) {
  Graph graph;
  const Symbol x = graph.input("x", DType::float64, {1, 2, 6, 6});
  const Symbol w = graph.input("w", DType::float64, {2, 1, 3, 3});
  convolution(x, w, Window::uniform(2, 2, 1, 1, 2));
  average_pool(x, {2, 2}, Window::uniform(2, 2));
  random_uniform(graph.input("keys", DType::int32, {2}), DType::float32, {4}, 7);
  graph.iota(DType::int32, {3}, 0);
  pad(graph.constant({1, 2, 3, 4, 5, 6, 7, 8, 9}, DType::int32, {9}), {1}, {0});
  EXPECT_EQ(to_text(graph),
            "%0 = input(\"x\") float64[1, 2, 6, 6]\n"
            "%1 = input(\"w\") float64[2, 1, 3, 3]\n"
            "%2 = convolution(%0, %1; stride=[2, 2], padding_low=[1, 1], padding_high=[1, 1], "
            "dilation=[1, 1], groups=2) float64[1, 2, 3, 3]\n"
            "%3 = average_pool(%0; window=[2, 2], stride=[2, 2], padding_low=[0, 0], "
            "padding_high=[0, 0], dilation=[1, 1]) float64[1, 2, 3, 3]\n"
            "%4 = input(\"keys\") int32[2]\n"
            "%5 = random_uniform(%4; stream=7) float32[4]\n"
            "%6 = iota(axes=[0]) int32[3]\n"
            "%7 = constant(1, 2, 3, 4, 5, 6, 7, 8, ...) int32[9]\n"
            "%8 = pad(%7; low=[1], high=[0], interior=[0]) int32[10]\n");
}

TEST(Graph, InputsAreFoundByName) {
  Graph graph;
  graph.input("image", DType::float32, {2});
  const Symbol label = graph.input("label", DType::int32, {});
  EXPECT_EQ(graph.input("label"), label.id());
  EXPECT_EQ(graph.inputs().size(), 2u);
  EXPECT_EQ(error_of([&] { graph.input("lable"); }),
            "graph: no input \"lable\" (did you mean \"label\"?); there are image, label");
  EXPECT_EQ(error_of([&] { graph.input("image", DType::float32, {2}); }),
            "graph: a second input \"image\"; give each its own name");
}

TEST(Graph, NodesKeepTheirPlaceInMemory) {
  Graph graph;
  const Node& first = graph.input("x", DType::float32, {}).node();
  for (int i = 0; i < 10000; ++i) graph.constant(i, DType::float32);
  EXPECT_EQ(&first, &graph[0]);
}

TEST(Graph, RecordsOnlyWhatPassesTheRules) {
  Graph graph;
  const Symbol x = graph.input("x", DType::float32, {2});
  EXPECT_EQ(error_of([&] {
              graph.record({Operation::add, {x.id()}, {}});
            }),
            "add: found 1 inputs; expected 2");
  EXPECT_THROW(graph.record({Operation::exp, {x.id() + 1}, {}}), std::logic_error);
  EXPECT_EQ(graph.size(), 1u);
}

}  // namespace
}  // namespace thalweg
