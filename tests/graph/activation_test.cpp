#include "thalweg/graph/activation.hpp"

#include <gtest/gtest.h>

#include <limits>

#include "tests/support/graph_reference.hpp"
#include "thalweg/base/catalog.hpp"

namespace thalweg {
namespace {

TEST(Activation, ValuesAndDerivativesArePyTorchs) {
  const int count = check_against_pytorch(
      "activation", [](const std::string& name, const nlohmann::json& options, auto& inputs) {
        const Symbol x = inputs["x"];
        if (name == "log_sigmoid") return -softplus(-x);
        const ActivationRow& row = find(activations(), "activation", name);
        return row.apply(x, settings_of(row, options));
      });
  EXPECT_EQ(count, 23);
}

TEST(Activation, EveryRowAgreesWithDifferences) {
  for (const ActivationRow& row : activations()) {
    SCOPED_TRACE(row.name);
    for (uint64_t seed = 0; seed < 20; ++seed) {
      Trace trace(seed);
      const Symbol x =
          row.elementwise ? trace.between(trace.shape(), -4, 4) : trace.number({2, 1 + seed % 4});
      check_derivatives(trace, row.apply(x, settings(row, "activation", {})));
      if (HasFatalFailure()) return;
    }
  }
}

// The first, second and third derivative, each number's own.
std::vector<Array> derivatives(const ActivationRow& row, const std::vector<double>& points) {
  Graph graph;
  const Symbol x = graph.input("x", DType::float64, {points.size()});
  Symbols all = {row.apply(x, settings(row, "activation", {}))};
  for (int order = 0; order < 3; ++order) all.push_back(gradient(reduce_sum(all.back()), x));
  return evaluate(all, {{x.id(), {{points.size()}, points}}});
}

TEST(Activation, SaturatedOnesStayFinite) {
  for (const ActivationRow& row : activations()) {
    SCOPED_TRACE(row.name);
    const bool grows = row.name == "exponential";
    for (const Array& array : derivatives(row, {-1e4, -1000, -40, 0, 40, grows ? 50.0 : 1e4}))
      for (const double value : array.values) EXPECT_TRUE(std::isfinite(value)) << value;
  }
}

TEST(Activation, NoRowHidesANaN) {
  for (const ActivationRow& row : activations()) {
    SCOPED_TRACE(row.name);
    EXPECT_TRUE(
        std::isnan(derivatives(row, {std::numeric_limits<double>::quiet_NaN()})[0].values[0]));
  }
}

// The documented subgradients.
TEST(Activation, KinksHaveTheirSide) {
  const auto slope = [](std::string_view name, double at) {
    return derivatives(find(activations(), "activation", name), {at})[1].values[0];
  };
  EXPECT_EQ(slope("relu", 0), 0);
  EXPECT_EQ(slope("leaky_relu", 0), 0.01);
  EXPECT_EQ(slope("hard_tanh", -1), 0);
  EXPECT_EQ(slope("hard_tanh", 1), 0);
  EXPECT_EQ(slope("hard_swish", -3), 0);
  EXPECT_EQ(slope("hard_swish", 3), 1);
}

// ln(1 + e^x) to the last digits in both tails, from 50 digits of mpmath.
TEST(Activation, SoftplusKeepsItsTails) {
  const auto d = derivatives(find(activations(), "activation", "softplus"), {-40, 0, 40, -700});
  EXPECT_DOUBLE_EQ(d[0].values[0], 4.248354255291589e-18);
  EXPECT_DOUBLE_EQ(d[0].values[1], 0.6931471805599453);
  EXPECT_DOUBLE_EQ(d[0].values[2], 40);
  EXPECT_DOUBLE_EQ(d[0].values[3], 9.859676543759770e-305);
  EXPECT_DOUBLE_EQ(d[1].values[0], 4.248354255291589e-18);
  EXPECT_DOUBLE_EQ(d[1].values[1], 0.5);
  EXPECT_DOUBLE_EQ(d[2].values[1], 0.25);
  EXPECT_NEAR(d[3].values[1], 0, 1e-16);
}

}  // namespace
}  // namespace thalweg
