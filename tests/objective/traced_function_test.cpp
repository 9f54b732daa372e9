// The two ways to a Jacobian give the same, and a plain value has none.
#include "thalweg/objective/traced_function.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "thalweg/graph/symbol.hpp"

namespace thalweg {
namespace {

// a e^(-b t) - y at t = 0, 1, 2.
FunctionTrace decay(bool by_rows) {
  FunctionTrace out;
  const Symbol a = by_rows ? out.copied("a", 3) : out.parameter("a");
  const Symbol b = by_rows ? out.copied("b", 3) : out.parameter("b");
  const Symbol t = out.graph->constant({0, 1, 2}, DType::float64, {3});
  const Symbol y = out.graph->constant({2, 1, .5}, DType::float64, {3});
  out.residuals = {a * exp(-(b * t)) - y};
  return out;
}

TEST(TracedFunction, JacobianByRowsAndByColumns) {
  TracedFunction rows(decay(true)), columns(decay(false));
  const std::vector<double> x = {1.5, .8};
  std::vector<double> r(3), one(6), other(6);
  rows.least_squares()->residuals(x, r);
  for (size_t i = 0; i < 3; ++i)
    EXPECT_DOUBLE_EQ(r[i], 1.5 * std::exp(-.8 * static_cast<double>(i)) - 2 / std::pow(2, i));
  rows.least_squares()->jacobian(x, one);
  columns.least_squares()->jacobian(x, other);
  for (size_t i = 0; i < 3; ++i) {
    const double t = static_cast<double>(i), e = std::exp(-.8 * t);
    EXPECT_DOUBLE_EQ(one[i], e);
    EXPECT_DOUBLE_EQ(one[3 + i], -1.5 * t * e);
    EXPECT_DOUBLE_EQ(other[i], one[i]);
    EXPECT_DOUBLE_EQ(other[3 + i], one[3 + i]);
  }
  EXPECT_DOUBLE_EQ(rows.value(x), (r[0] * r[0] + r[1] * r[1] + r[2] * r[2]) / 2);
}

TEST(TracedFunction, APlainValueHasNoResiduals) {
  FunctionTrace trace;
  const Symbol x = trace.parameter("x", {3});
  trace.value = reduce_sum(x * x * x);
  TracedFunction function(std::move(trace));
  EXPECT_EQ(function.least_squares(), nullptr);
  const std::vector<double> at = {1, -2, 3};
  std::vector<double> g(3), h(9);
  EXPECT_EQ(function.curvature()->evaluate(at, g), 20);
  EXPECT_EQ(g, (std::vector<double>{3, 12, 27}));
  function.curvature()->hessian(h);
  EXPECT_EQ(h, (std::vector<double>{6, 0, 0, 0, -12, 0, 0, 0, 18}));
}

}  // namespace
}  // namespace thalweg
