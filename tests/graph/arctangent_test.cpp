#include "thalweg/graph/arctangent.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "tests/support/graph_evaluator.hpp"
#include "thalweg/graph/differentiate.hpp"

namespace thalweg {
namespace {

TEST(Arctangent, ValueAndTwoDerivatives) {
  for (const double at : {-30.0, -1.0, 0.0, 0.3, 1e8}) {
    Graph graph;
    const Symbol x = graph.input("x", DType::float64, {});
    const Symbol y = arctan(x), first = gradient(y, x), second = gradient(first, x);
    const std::vector<Array> out =
        evaluate(std::vector<Symbol>{y, first, second}, {{x.id(), Array{{}, {at}}}});
    const double slope = 1 / (1 + at * at);
    EXPECT_DOUBLE_EQ(out[0].values[0], std::atan(at));
    EXPECT_NEAR(out[1].values[0], slope, 1e-15 * slope);
    EXPECT_NEAR(out[2].values[0], -2 * at * slope * slope, 1e-15);
  }
}

}  // namespace
}  // namespace thalweg
