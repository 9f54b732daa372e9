#include "thalweg/program/rewriter.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace thalweg {
namespace {

TEST(Rewriter, SharesEqualNodesByTheirBits) {
  Rewriter to;
  const auto constant = [&](double value) {
    Attributes attributes;
    attributes.values = {value};
    return to.make(Operation::constant, {}, DType::float64, {}, attributes).id();
  };
  EXPECT_EQ(constant(1), constant(1));
  EXPECT_NE(constant(1), constant(2));
  EXPECT_NE(constant(0.0), constant(-0.0));
  const double nan = std::numeric_limits<double>::quiet_NaN();
  EXPECT_EQ(constant(nan), constant(nan));
  const Node sum{Operation::add, {constant(1), constant(2)}, {}, DType::float64, {}};
  EXPECT_FALSE(to.find(sum));
  const NodeId made = to.share(sum).id();
  EXPECT_EQ(to.find(sum), made);
}

TEST(Rewriter, RepeatsNumbers) {
  Rewriter to;
  const Node like{Operation::input, {}, {}, DType::float32, {2, 3}};
  const Symbol number = to.number(4, like);
  EXPECT_EQ(number.shape(), (Shape{2, 3}));
  EXPECT_EQ(number.dtype(), DType::float32);
}

TEST(Rewriter, GivesEachNodeWithItsNewInputs) {
  Graph graph;
  const Symbol x = graph.input("x", DType::float32, {2});
  const Traced out =
      rewrite_each(Symbols{exp(exp(x))}, [](Rewriter& to, NodeId, Node node) -> Symbol {
        if (node.operation == Operation::exp) node.operation = Operation::sin;
        return to.share(std::move(node));
      });
  Graph expected;
  const Symbol y = expected.input("x", DType::float32, {2});
  EXPECT_EQ(to_text(out.outputs), to_text(Symbols{sin(sin(y))}));
  EXPECT_TRUE(rewrite_each(Symbols{}, [](Rewriter& to, NodeId, Node node) {
                return to.share(std::move(node));
              }).outputs.empty());
}

}  // namespace
}  // namespace thalweg
