#include "thalweg/graph/symbol.hpp"

#include <gtest/gtest.h>

#include "tests/support/graph_reference.hpp"

namespace thalweg {
namespace {

using Numbers = std::vector<double>;

TEST(Symbol, ConvolutionAndPoolingArePyTorchs) {
  const int count = check_against_pytorch(
      "convolution", [](const std::string& name, const nlohmann::json& options, auto& inputs) {
        const Symbol x = inputs["x"];
        const size_t axes = x.rank() - 2;
        Window window = Window::uniform(axes, 1);
        window.stride = options.value("stride", window.stride);
        window.padding_low = window.padding_high = options.value("padding", window.padding_low);
        window.dilation = options.value("dilation", window.dilation);
        window.groups = options.value("groups", window.groups);
        if (name == "convolution") return convolution(x, inputs["w"], window);
        const auto extents = options["extents"].get<std::vector<size_t>>();
        return name == "max_pool" ? max_pool(x, extents, window) : average_pool(x, extents, window);
      });
  EXPECT_EQ(count, 11);
}

TEST(Symbol, OperatorsTakeNumbersOnEitherSide) {
  Trace t(0);
  const Symbol x = t.given({2}, {1, 4});
  const auto values = [&](Symbol y) { return evaluate(y, t.values).values; };
  EXPECT_EQ(values(2 - x), (Numbers{1, -2}));
  EXPECT_EQ(values(x - 2), (Numbers{-1, 2}));
  EXPECT_EQ(values(8 / x), (Numbers{8, 2}));
  EXPECT_EQ(values(1 + 2 * x), (Numbers{3, 9}));
  EXPECT_EQ(values(-x), (Numbers{-1, -4}));
  EXPECT_EQ(values(power(x, 0.5)), (Numbers{1, 2}));
  EXPECT_EQ(values(cast(less(x, 2), DType::float64)), (Numbers{1, 0}));
  EXPECT_EQ(values(select(equal(x, 1), -1, x)), (Numbers{-1, 4}));
}

TEST(Symbol, WhatChangesNothingRecordsNothing) {
  Trace t(0);
  const Symbol x = t.number({2, 3});
  EXPECT_EQ(reshape(x, {2, 3}).id(), x.id());
  EXPECT_EQ(broadcast_to(x, {2, 3}).id(), x.id());
  EXPECT_EQ(cast(x, DType::float64).id(), x.id());
  EXPECT_EQ(reduce_sum(x, {}).id(), x.id());
}

// NumPy: x = arange(6).reshape(2, 3); x.mean(0), x.var(1), x.mean().
TEST(Symbol, MeanAndVarianceAreNumpys) {
  Trace t(0);
  const Symbol x = t.given({2, 3}, {0, 1, 2, 3, 4, 5});
  EXPECT_EQ(evaluate(mean(x, {0}), t.values).values, (Numbers{1.5, 2.5, 3.5}));
  EXPECT_EQ(evaluate(variance(x, {-1}), t.values).values, (Numbers{2.0 / 3, 2.0 / 3}));
  EXPECT_EQ(evaluate(mean(x), t.values).values, (Numbers{2.5}));
  EXPECT_TRUE(std::isnan(evaluate(mean(t.given({0}, {})), t.values).values[0]));
}

TEST(Symbol, OneHotOfAStrangeLabelIsZero) {
  Graph graph;
  const Symbol y = one_hot(graph.constant({1, -1, 3}, DType::int32, {3}), 3, DType::float32);
  EXPECT_EQ(evaluate(y, {}).values, (Numbers{0, 1, 0, 0, 0, 0, 0, 0, 0}));
  EXPECT_EQ(y.dtype(), DType::float32);
}

TEST(Symbol, ArgmaxIsTheFirst) {
  Graph graph;
  const Symbol y = argmax(graph.constant({1, 3, 3, 2, 0, 2}, DType::float32, {2, 3}), 1);
  EXPECT_EQ(evaluate(y, {}).values, (Numbers{1, 0}));
}

// One matrix on the right makes one product of many rows; a batch on both sides stays one.
TEST(Symbol, MatmulFoldsLeadingAxes) {
  Trace t(0);
  const Symbol x = t.number({2, 3, 4}), w = t.number({4, 5});
  const Symbol y = matmul(x, w);
  EXPECT_EQ(y.shape(), (Shape{2, 3, 5}));
  EXPECT_EQ(t.graph[y.node().inputs[0]].shape, (Shape{6, 5}));
  const Symbol batched = matmul(w, t.number({3, 2, 4}), Transposed::yes, Transposed::yes);
  EXPECT_EQ(batched.node().operation, Operation::matmul);
  EXPECT_EQ(batched.shape(), (Shape{3, 5, 2}));
}

TEST(Symbol, SlicesStepAndReversesTurn) {
  Trace t(0);
  const Symbol x = t.given({5}, {0, 1, 2, 3, 4});
  EXPECT_EQ(evaluate(slice(x, {1}, {5}, {2}), t.values).values, (Numbers{1, 3}));
  EXPECT_EQ(evaluate(reverse(x, {0}), t.values).values, (Numbers{4, 3, 2, 1, 0}));
  EXPECT_EQ(evaluate(pad(slice(x, {1}, {3}), {1}, {2}, {1}), t.values).values,
            (Numbers{0, 1, 0, 2, 0, 0}));
}

}  // namespace
}  // namespace thalweg
