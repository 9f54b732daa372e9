#include "thalweg/program/traced.hpp"

#include <gtest/gtest.h>

namespace thalweg {
namespace {

TEST(Traced, NeedsWhatItsOutputsReach) {
  Graph graph;
  const Symbol x = graph.input("x", DType::float32, {2}),
               unused = graph.input("y", DType::float32, {2});
  const Symbol a = exp(x), b = exp(unused), c = a + x;
  EXPECT_EQ(needed(Symbols{c}), (std::vector<NodeId>{x.id(), a.id(), c.id()}));
  EXPECT_EQ(needed(Symbols{c, b}).size(), 5);
  EXPECT_TRUE(needed(Symbols{}).empty());
}

}  // namespace
}  // namespace thalweg
