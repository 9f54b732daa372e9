#include "thalweg/program/rewrite.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "tests/support/random_graph.hpp"
#include "thalweg/graph/layer.hpp"

namespace thalweg {
namespace {

// Inputs are found by their names in the rewritten graph.
std::map<NodeId, Array> moved(const Trace& trace, const Graph& to) {
  std::map<NodeId, Array> out;
  for (const NodeId id : to.inputs())
    out[id] = trace.values.at(trace.graph.input(to[id].attributes.name));
  return out;
}

std::string simplified(const Symbols& outputs) { return to_text(simplify(outputs).outputs); }
size_t count(const Traced& traced, Operation operation) {
  const auto nodes = needed(traced.outputs);
  return static_cast<size_t>(std::count_if(nodes.begin(), nodes.end(), [&](NodeId id) {
    return (*traced.graph)[id].operation == operation;
  }));
}

TEST(Rewrite, KeepsTheValuesOfRandomGraphs) {
  for (uint64_t seed = 1000; seed < 1060; ++seed) {
    SCOPED_TRACE(seed);
    RandomGraph random(seed, DType::float64);
    const Symbols outputs = random.grow(20);
    const Traced traced = simplify(outputs);
    const std::vector<Array> expected = evaluate(outputs, random.trace.values);
    const std::vector<Array> found = evaluate(traced.outputs, moved(random.trace, *traced.graph));
    for (size_t k = 0; k < expected.size(); ++k) {
      ASSERT_EQ(found[k].shape, expected[k].shape);
      EXPECT_EQ(traced.outputs[k].dtype(), outputs[k].dtype());
      for (size_t i = 0; i < expected[k].values.size(); ++i)
        ASSERT_NEAR(found[k].values[i], expected[k].values[i],
                    1e-11 * (1 + std::abs(expected[k].values[i])));
    }
    EXPECT_LE(needed(traced.outputs).size(), needed(outputs).size() * 11 / 10);
  }
}

struct Example : testing::Test {
  Graph graph;
  Symbol x = graph.input("x", DType::float32, {4, 3});
  std::string plain(const Symbols& outputs) { return to_text(outputs); }
};
using Rewriting = Example;

TEST_F(Rewriting, DropsIdentities) {
  for (const Symbol same :
       {x + 0, 0 + x, x - 0, x * 1, x / 1, power(x, 1), negate(negate(x)), stop_gradient(x),
        cast(x, DType::float32), transpose(transpose(x, {1, 0}), {1, 0}),
        reshape(reshape(x, {12}), {4, 3}), broadcast_to(x, {4, 3}), select(less(x, 0), x, x)})
    EXPECT_EQ(simplified({same}), to_text(simplify(Symbols{x}).outputs)) << to_text(Symbols{same});
  EXPECT_EQ(count(simplify(Symbols{x / 4}), Operation::divide), 0);
  EXPECT_EQ(count(simplify(Symbols{x / 3}), Operation::divide), 1);
}

TEST_F(Rewriting, SharesEqualNodesButNotBarriers) {
  EXPECT_EQ(count(simplify(Symbols{exp(x) + exp(x)}), Operation::exp), 1);
  const Symbol y = x * 2;
  const Traced kept = simplify(Symbols{exp(barrier(x, y)) + exp(x), barrier(x, y)});
  EXPECT_EQ(count(kept, Operation::exp), 2);
  EXPECT_EQ(count(kept, Operation::barrier), 2);
}

TEST_F(Rewriting, FoldsConstants) {
  const Symbol two = graph.constant(2, DType::float32);
  EXPECT_EQ(simplified({x * (two * 3 + sqrt(two * 2))}), simplified({x * 8}));
  EXPECT_EQ(simplified({reduce_sum(broadcast_to(two, {5, 3}))}),
            simplified({graph.constant(30, DType::float32)}));
}

TEST_F(Rewriting, RepeatsAfterArithmetic) {
  const Symbol row = graph.input("row", DType::float32, {3});
  const Traced traced = simplify(Symbols{x + exp(broadcast_to(row, {4, 3}) * 2)});
  for (const NodeId id : needed(traced.outputs))
    if ((*traced.graph)[id].operation == Operation::exp) {
      EXPECT_EQ((*traced.graph)[id].shape, (Shape{3}));
    }
}

TEST_F(Rewriting, TransposesGoIntoProducts) {
  const Symbol b = graph.input("b", DType::float32, {5, 3});
  const Traced traced = simplify(Symbols{matmul(x, transpose(b, {1, 0}))});
  EXPECT_EQ(count(traced, Operation::transpose), 0);
  EXPECT_EQ(simplified({matmul(x, transpose(b, {1, 0}))}),
            simplified({matmul(x, b, Transposed::no, Transposed::yes)}));
}

TEST_F(Rewriting, ReductionsBecomeRunsOfAxes) {
  const Symbol y = graph.input("y", DType::float32, {2, 3, 4, 5});
  EXPECT_EQ(count(simplify(Symbols{reduce_sum(y, {0, 2})}), Operation::reduce_sum), 2);
  EXPECT_EQ(count(simplify(Symbols{reduce_sum(y, {2, 3})}), Operation::reduce_sum), 1);
  const Traced traced = simplify(Symbols{argmax(y, 1)});
  EXPECT_EQ(count(traced, Operation::transpose), 1);
}

TEST_F(Rewriting, OnlyWhatIsNeededIsLeft) {
  exp(x);
  EXPECT_EQ(simplify(Symbols{x}).graph->size(), 1);
}

}  // namespace
}  // namespace thalweg
