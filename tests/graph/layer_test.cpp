#include "thalweg/graph/layer.hpp"

#include <gtest/gtest.h>

#include "tests/support/graph_reference.hpp"
#include "thalweg/base/error.hpp"

namespace thalweg {
namespace {

TEST(Layer, AttentionIsPyTorchs) {
  EXPECT_EQ(check_against_pytorch("attention",
                                  [](const std::string& name, const nlohmann::json&, auto& i) {
                                    return attention(
                                        i["q"], i["k"], i["v"],
                                        name == "causally" ? Attend::causally : Attend::everywhere,
                                        name == "masked" ? equal(i["mask"], 1) : Symbol());
                                  }),
            3);
}

TEST(Layer, SecondDerivativesOfAttentionAgreeWithDifferences) {
  for (uint64_t seed = 0; seed < 5; ++seed) {
    Trace t(seed);
    check_derivatives(
        t, attention(t.number({3, 2}), t.number({2, 4, 2}), t.number({1, 4, 3}), Attend::causally));
    if (HasFatalFailure()) return;
  }
}

TEST(Layer, DenseTakesWeightsByOutput) {
  Trace t(1);
  const Symbol x = t.given({2, 1, 2}, {1, 2, 3, 4}), w = t.given({3, 2}, {1, 0, 0, 1, 1, 1});
  const Symbol y = dense(x, w, t.given({3}, {10, 20, 30}));
  EXPECT_EQ(y.shape(), (Shape{2, 1, 3}));
  EXPECT_EQ(evaluate(y, t.values).values, (std::vector<double>{11, 22, 33, 13, 24, 37}));
  check_derivatives(t, y);
}

TEST(Layer, EmbeddingAddsUpTheGradientsOfARow) {
  Trace t(1);
  const Symbol table = t.given({3, 2}, {1, 2, 3, 4, 5, 6});
  const Symbol index = t.graph.constant({2, 0, 2}, DType::int32, {3});
  const Symbol y = embedding(table, index);
  const auto found = evaluate(Symbols{y, gradient(reduce_sum(y * y), table)}, t.values);
  EXPECT_EQ(found[0].values, (std::vector<double>{5, 6, 1, 2, 5, 6}));
  EXPECT_EQ(found[1].values, (std::vector<double>{2, 4, 0, 0, 20, 24}));
}

// The rows of a batch and its mask are the same wherever the batch is cut, in any dtype.
TEST(Layer, DropoutDependsOnTheRowsKeyAlone) {
  const auto dropped = [](size_t rows, std::vector<double> keys, DType dtype, uint32_t stream) {
    Graph graph;
    const Symbol x = graph.constant({1}, dtype, {rows, 100});
    const Symbol y =
        dropout(x, graph.constant(std::move(keys), DType::int32, {rows, 2}), 0.25, stream);
    return evaluate(y, {}).values;
  };
  const auto whole = dropped(3, {7, 1, 7, 2, -7, 3}, DType::float64, 5);
  const auto tail = dropped(2, {7, 2, -7, 3}, DType::bfloat16, 5);
  EXPECT_EQ(std::vector(whole.begin() + 100, whole.end()), tail);
  EXPECT_NE(whole, dropped(3, {7, 1, 7, 2, -7, 3}, DType::float64, 6));
  size_t zeros = 0;
  for (const double value : whole) {
    if (value == 0)
      ++zeros;
    else
      EXPECT_DOUBLE_EQ(value, 4.0 / 3);
  }
  EXPECT_NEAR(static_cast<double>(zeros), 75, 5 * std::sqrt(300 * 0.25 * 0.75));
}

TEST(Layer, DropoutScalesTheGradientAlike) {
  Trace t(3);
  const Symbol keys = t.index({4, 2}, 0, 1000);
  const Symbol x = t.number({4, 5});
  check_derivatives(t, dropout(x, keys, 0.5, 1));
  EXPECT_EQ(dropout(x, keys, 0, 1).id(), x.id());
  EXPECT_THROW(dropout(x, keys, 1, 1), Error);
  EXPECT_THROW(dropout(x, keys, std::nan(""), 1), Error);
}

}  // namespace
}  // namespace thalweg
