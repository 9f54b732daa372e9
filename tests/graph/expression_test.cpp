// Expressions against Python's own arithmetic, and texts that are none.
#include "thalweg/graph/expression.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "tests/support/error_of.hpp"
#include "tests/support/graph_evaluator.hpp"

namespace thalweg {
namespace {

// With x = 1.7, y = -0.4 and any other name 3.
double value_of(const std::string& text) {
  const Expression expression = Expression::parse(text);
  Graph graph;
  const Symbol out = expression.trace(graph, DType::float64, [&](size_t name) {
    const std::string& called = expression.names()[name];
    return graph.constant(called == "x" ? 1.7 : called == "y" ? -0.4 : 3, DType::float64);
  });
  return evaluate(out, {}).values[0];
}

// The numbers are Python's for the same text, with math's functions.
TEST(Expression, ReadsAsPythonDoes) {
  EXPECT_DOUBLE_EQ(value_of("1 + 2*3 - 4/8"), 6.5);
  EXPECT_DOUBLE_EQ(value_of("2**3**2"), 512);
  EXPECT_DOUBLE_EQ(value_of("-x^2"), -2.8899999999999997);
  EXPECT_DOUBLE_EQ(value_of("(-x)^2"), 2.8899999999999997);
  EXPECT_DOUBLE_EQ(value_of("2**-x"), 0.30778610333622913);
  EXPECT_DOUBLE_EQ(value_of("1 - -+-y"), 1.4);
  EXPECT_DOUBLE_EQ(value_of("8/4/2"), 1);
  EXPECT_DOUBLE_EQ(value_of("x*[1 - exp(-b2*y)]"), 1.7 * (1 - std::exp(1.2)));
  EXPECT_DOUBLE_EQ(value_of("sin(pi*x) + cos[y] - tan(y)"),
                   std::sin(M_PI * 1.7) + std::cos(-.4) - std::tan(-.4));
  EXPECT_DOUBLE_EQ(value_of("arctan(x)/pi + atan(y)"), std::atan(1.7) / M_PI + std::atan(-.4));
  EXPECT_DOUBLE_EQ(value_of("sqrt(x) + log(x) + ln(x) + log10(x)"),
                   std::sqrt(1.7) + 2 * std::log(1.7) + std::log10(1.7));
  EXPECT_DOUBLE_EQ(value_of("abs(y) * tanh(x) * erf(x)"), .4 * std::tanh(1.7) * std::erf(1.7));
  EXPECT_DOUBLE_EQ(value_of("(x + 1)**(-1/b3)"), std::pow(2.7, -1. / 3));
  EXPECT_DOUBLE_EQ(value_of("1.5e2 + .5 + 2."), 152.5);
  EXPECT_DOUBLE_EQ(value_of("`sea level` + `x`*0"), 3);
  EXPECT_DOUBLE_EQ(value_of("x**5"), 14.198569999999998);
}

TEST(Expression, NamesOnceInOrder) {
  const std::vector<std::string> wanted = {"b1", "b2", "x", "größe", "a b"};
  EXPECT_EQ(Expression::parse("b1*exp(-b2*x) + b1*größe - pi*`a b`").names(), wanted);
}

TEST(Expression, RefusesInOneLine) {
  const auto error = [](const std::string& text) {
    return error_of([&] { Expression::parse(text); });
  };
  EXPECT_EQ(error(""), "formula: it ends where a number, a name or a bracket is expected");
  EXPECT_EQ(error("b1*"), "formula: it ends where a number, a name or a bracket is expected");
  EXPECT_EQ(error("b1*(x + 1"), "formula: it ends where an operator or \")\" is expected");
  EXPECT_EQ(error("b1*(x + 1]"),
            "formula: found \"]\" at character 10; expected an operator or \")\"");
  EXPECT_EQ(error("2x"), "formula: found \"x\" at character 2; expected an operator");
  EXPECT_EQ(error("exq(x)"),
            "formula: no function \"exq\" (did you mean \"exp\"?); there are exp, log, ln, log10, "
            "sqrt, abs, sin, cos, tan, atan, arctan, tanh, erf");
  EXPECT_EQ(error("x ; y"), "formula: found \"; y\" at character 3; expected an operator");
  EXPECT_EQ(error("`x"), "formula: found \"`x\" at character 1; expected a name in backticks");
  EXPECT_EQ(error("."), "formula: found \".\" at character 1; expected a number");
  EXPECT_EQ(error(std::string(300, '(') + "x"),
            "formula: brackets and powers are nested deeper than 200");
  EXPECT_EQ(error(std::string(100'001, 'x')),
            "formula: 100001 characters are too many; 100000 are allowed");
}

// A long sum is no deep one.
TEST(Expression, LongSums) {
  std::string text = "x";
  for (int i = 0; i < 5000; ++i) text += "+1";
  EXPECT_DOUBLE_EQ(value_of(text), 5001.7);
}

}  // namespace
}  // namespace thalweg
