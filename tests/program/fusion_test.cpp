#include "thalweg/program/fusion.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "tests/support/random_graph.hpp"
#include "thalweg/program/program.hpp"
#include "thalweg/program/rewrite.hpp"

namespace thalweg {
namespace {

// Kernels as the names of their nodes' operations.
std::vector<std::vector<std::string>> kernels(const Symbols& outputs) {
  std::vector<std::vector<std::string>> out;
  for (const Group& group : fuse(outputs).groups) {
    out.emplace_back();
    for (const NodeId id : group.nodes)
      out.back().emplace_back(row(outputs[0].graph()[id].operation).name);
  }
  return out;
}
using Kernels = std::vector<std::vector<std::string>>;

struct Fused : testing::Test {
  Graph graph;
  Symbol x = graph.input("x", DType::float32, {8, 6});
  Symbol row = graph.input("row", DType::float32, {6});
};

TEST_F(Fused, ChainsWithTheirReductions) {
  EXPECT_EQ(kernels({reduce_sum(exp(x) + row)}), (Kernels{{"exp", "add", "reduce_sum"}}));
  // What a reduction gives must be there before it is repeated.
  EXPECT_EQ(kernels({x - spread(reduce_max(x, {1}), {8, 6}, {1})}),
            (Kernels{{"reduce_max"}, {"subtract"}}));
}

TEST_F(Fused, SeveralResultsOfOneRun) {
  EXPECT_EQ(kernels({exp(x), exp(x) * 2, reduce_sum(x * 2, {1})}).size(), 3);
  const Symbol y = exp(x);
  EXPECT_EQ(kernels({y, y * 2, reduce_sum(y, {1})}), (Kernels{{"exp", "multiply", "reduce_sum"}}));
}

TEST_F(Fused, BiasAndActivationIntoProducts) {
  const Symbol w = graph.input("w", DType::float32, {6, 6});
  EXPECT_EQ(kernels({maximum(matmul(x, w) + row, 0)}), (Kernels{{"matmul", "add", "maximum"}}));
  EXPECT_EQ(kernels({tanh(matmul(x, w))}), (Kernels{{"matmul", "tanh"}}));
  // Two readers.
  const Symbol product = matmul(x, w);
  EXPECT_EQ(kernels({tanh(product) + product}), (Kernels{{"matmul"}, {"tanh", "add"}}));
}

TEST_F(Fused, MaximaWithTheirPlaces) {
  const Symbol image = graph.input("image", DType::float32, {2, 3, 4, 4});
  const Symbol y = max_pool(image, {2, 2}, Window::uniform(2, 2));
  EXPECT_EQ(kernels({y}), (Kernels{{"max_pool_indices", "pool_gather"}}));
  EXPECT_EQ(kernels({y, pool_gather(image * 2, Symbol(graph, y.node().inputs[1]))}),
            (Kernels{{"max_pool_indices", "pool_gather"}, {"multiply"}, {"pool_gather"}}));
}

TEST_F(Fused, NeverWaitsForItself) {
  // exp feeds the product and the sum: the sum cannot join exp's kernel, which runs before.
  const Symbol e = exp(x), square = graph.input("s", DType::float32, {6, 6});
  EXPECT_EQ(kernels({matmul(e, square) + e}), (Kernels{{"exp"}, {"matmul"}, {"add"}}));
}

TEST_F(Fused, StaysBelowTheLimitsOfTheTileMachine) {
  // 200 operands, and 400 values that are all wanted at the end.
  Symbols many, all;
  for (size_t i = 0; i < 200; ++i)
    many.push_back(graph.input("m" + std::to_string(i), DType::float32, {8, 6}));
  for (const Symbol m : many) all.push_back(exp(m) + m);
  Symbol sum = all[0];
  for (size_t i = 1; i < all.size(); ++i) sum = sum + all[all.size() - 1 - i] * all[i];
  // Compiling makes the kernels, which refuse what is too much.
  Symbols outputs = all;
  for (const Symbol g : gradient(reduce_sum(sum * sum), many)) outputs.push_back(g);
  for (const Symbols& wanted : {Symbols{sum}, outputs}) {
    EXPECT_NO_THROW(Program::compile(wanted));
  }
}

// Every needed node that is no leaf, alias or repeat is in one group, and what a group reads from
// memory is made by groups before it.
TEST(Fusion, OrdersRandomGraphs) {
  for (uint64_t seed = 2000; seed < 2060; ++seed) {
    SCOPED_TRACE(seed);
    RandomGraph random(seed, seed % 2 == 0 ? DType::float32 : DType::float64);
    const Traced traced = simplify(random.grow(30));
    const Fusion fusion = fuse(traced.outputs);
    std::vector<size_t> times(traced.graph->size(), 0);
    for (size_t g = 0; g < fusion.groups.size(); ++g)
      for (const NodeId id : fusion.groups[g].nodes) {
        ++times[id];
        EXPECT_EQ(fusion.group_of[id], g);
        for (NodeId input : (*traced.graph)[id].inputs) {
          const NodeId root = fusion.root_of[input];
          if (fusion.group_of[root] == Fusion::none) continue;
          EXPECT_LE(fusion.group_of[root], g);
          if (fusion.group_of[root] != g) {
            EXPECT_TRUE(fusion.stored[root]);
          }
        }
      }
    for (const NodeId id : fusion.nodes)
      EXPECT_EQ(times[id], fusion.group_of[id] == Fusion::none ? 0 : 1);
  }
}

}  // namespace
}  // namespace thalweg
