// Every test function against NumPy (tests/oracle/functions.py): start, value, gradient; and its own
// derivatives against differences.
#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>
#include <set>

#include "tests/support/error_of.hpp"
#include "thalweg/base/catalog.hpp"
#include "thalweg/objective/function/function.hpp"
#include "thalweg/optim/vector.hpp"

namespace thalweg {
namespace {

nlohmann::json oracle() {
  std::ifstream file(THALWEG_SOURCE "/tests/oracle/functions.json");
  return nlohmann::json::parse(file);
}

// 1e-11 of the largest entry: sums of up to 99 squares, cancellation in their gradients.
void expect_near(std::span<const double> found, std::span<const double> wanted,
                 const std::string& name) {
  double largest = 0;
  for (const double c : wanted) largest = std::max(largest, std::abs(c));
  for (size_t k = 0; k < wanted.size(); ++k)
    EXPECT_NEAR(found[k], wanted[k], 1e-11 * largest) << name << " " << k;
}

TEST(Functions, ValuesAndGradientsAreNumPys) {
  const nlohmann::json wanted = oracle();
  EXPECT_EQ(wanted.size(), functions().size());
  for (const FunctionRow& row : functions()) {
    const auto& there = wanted.at(row.name);
    const auto x = there.at("x").get<std::vector<double>>();
    TracedFunction function(trace_function(row));
    ASSERT_EQ(function.size(), x.size()) << row.name;
    expect_near(row.start(x.size()), there.at("start").get<std::vector<double>>(), row.name);
    std::vector<double> gradient(x.size());
    const double value = function.value_and_gradient(x, gradient);
    const double expected = there.at("value").get<double>();
    EXPECT_NEAR(value, expected, 1e-12 * std::abs(expected)) << row.name;
    EXPECT_NEAR(function.value(x), value, 1e-13 * std::abs(value)) << row.name;
    expect_near(gradient, there.at("gradient").get<std::vector<double>>(), row.name);
  }
}

// Jacobian and Hessian products against what they are derivatives of.
TEST(Functions, JacobianAndHessianAreDerivatives) {
  for (const FunctionRow& row : functions()) {
    const size_t n = row.dimension;
    TracedFunction function(trace_function(row));
    std::vector<double> x = oracle().at(row.name).at("x").get<std::vector<double>>();
    std::vector<double> g(n), low(n), high(n), product(n), d(n), h(n * n);
    function.curvature()->evaluate(x, g);
    function.curvature()->hessian(h);
    const double size = norm(h);
    for (size_t k = 0; k < n; ++k) d[k] = std::cos(static_cast<double>(k));
    function.curvature()->product(d, product);
    for (size_t i = 0; i < n; ++i) {
      double sum = 0;
      for (size_t j = 0; j < n; ++j) {
        sum += h[i * n + j] * d[j];
        EXPECT_EQ(h[i * n + j], h[j * n + i]) << row.name;
      }
      EXPECT_NEAR(product[i], sum, 1e-12 * size * norm(d)) << row.name;
    }
    for (size_t k = 0; k < n; ++k) {
      const double at = x[k], step = 1e-5 * std::max(1.0, std::abs(at));
      x[k] = at + step, function.value_and_gradient(x, high);
      x[k] = at - step, function.value_and_gradient(x, low);
      x[k] = at;
      for (size_t i = 0; i < n; ++i)
        EXPECT_NEAR((high[i] - low[i]) / (2 * step), h[i * n + k], 1e-4 * size) << row.name;
    }
    LeastSquares* squares = function.least_squares();
    if (squares == nullptr) continue;
    const size_t m = squares->count();
    std::vector<double> r(m), jacobian(n * m);
    squares->residuals(x, r);
    squares->jacobian(x, jacobian);
    EXPECT_NEAR(dot(r, r) / 2, function.value(x), 1e-13 * dot(r, r)) << row.name;
    for (size_t k = 0; k < n; ++k)
      EXPECT_NEAR(dot(std::span(jacobian).subspan(k * m, m), r), g[k], 1e-11 * (norm(g) + norm(r)))
          << row.name;
  }
}

TEST(Functions, KnownMinimaAreStationaryAndOfTheirValue) {
  for (const FunctionRow& row : functions()) {
    TracedFunction function(trace_function(row));
    for (const FunctionMinimum& minimum : row.minima(row.dimension)) {
      if (minimum.point.empty()) continue;
      ASSERT_EQ(minimum.point.size(), row.dimension) << row.name;
      EXPECT_NEAR(function.value(minimum.point), minimum.value,
                  1e-7 * std::abs(minimum.value) + 1e-9)
          << row.name;
      if (row.name == "ackley") continue;  // a kink
      std::vector<double> gradient(row.dimension), start(row.dimension);
      function.value_and_gradient(minimum.point, gradient);
      function.value_and_gradient(row.start(row.dimension), start);
      EXPECT_LE(norm(gradient), 1e-4 * (1 + norm(start))) << row.name;
    }
  }
}

TEST(Functions, NamesAreDistinctAndDimensionsChecked) {
  std::set<std::string> seen;
  for (const FunctionRow& row : functions()) EXPECT_TRUE(seen.insert(row.name).second) << row.name;
  const FunctionRow& powell = find(functions(), "function", "powell_singular");
  EXPECT_EQ(checked_dimension(powell, 8), 8u);
  EXPECT_EQ(error_of([&] { checked_dimension(powell, 6); }),
            "function powell_singular: found 6 dimensions; expected 4 to 1000000, a multiple of 4");
  EXPECT_EQ(error_of([&] { trace_function(find(functions(), "function", "beale"), 3); }),
            "function beale: found 3 dimensions; expected 2");
}

}  // namespace
}  // namespace thalweg
