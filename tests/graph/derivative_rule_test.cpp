#include "thalweg/graph/derivative_rule.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "tests/support/derivative_check.hpp"
#include "thalweg/base/error.hpp"

namespace thalweg {
namespace {

using Numbers = std::vector<double>;

// The derivatives of the sum of function(x...) by each x, vectors of the same length.
template <class... Vectors>
std::vector<Numbers> slopes(const std::function<Symbol(const Symbols&)>& function,
                            const Vectors&... at) {
  Trace t(0);
  (t.given({at.size()}, at), ...);
  std::vector<Numbers> out;
  for (const Array& g : evaluate(gradient(reduce_sum(function(t.by)), t.by), t.values))
    out.push_back(g.values);
  return out;
}

TEST(DerivativeRule, TiesGoToTheSecond) {
  const Numbers a = {1, 2, 3}, b = {2, 2, 2};
  const auto largest = slopes([](const Symbols& x) { return maximum(x[0], x[1]); }, a, b);
  EXPECT_EQ(largest[0], (Numbers{0, 0, 1}));
  EXPECT_EQ(largest[1], (Numbers{1, 1, 0}));
  const auto least = slopes([](const Symbols& x) { return minimum(x[0], x[1]); }, a, b);
  EXPECT_EQ(least[0], (Numbers{1, 0, 0}));
  EXPECT_EQ(least[1], (Numbers{0, 1, 1}));
}

TEST(DerivativeRule, EqualMaximaShare) {
  EXPECT_EQ(
      slopes([](const Symbols& x) { return reduce_max(x[0], {0}); }, Numbers{3, 1, 3, 3, 2})[0],
      (Numbers{1.0 / 3, 0, 1.0 / 3, 1.0 / 3, 0}));
}

TEST(DerivativeRule, AbsoluteIsFlatAtZero) {
  EXPECT_EQ(slopes([](const Symbols& x) { return absolute(x[0]); }, Numbers{-2, 0, 2})[0],
            (Numbers{-1, 0, 1}));
}

TEST(DerivativeRule, PowersAtZero) {
  const auto found = slopes([](const Symbols& x) { return power(x[0], x[1]); },
                            Numbers{0, 0, 0, -2}, Numbers{0, 1, 2, 3});
  EXPECT_EQ(found[0], (Numbers{0, 1, 0, 12}));
  EXPECT_EQ(found[1][0], 0);
  EXPECT_EQ(found[1][2], 0);
  EXPECT_TRUE(std::isnan(found[1][3]));  // no real logarithm
  // x^2, x^1, x^0 have all their derivatives at 0.
  Trace t(0);
  const Symbol x = t.given({3}, {0, 0, 0});
  const Symbol y = power(x, t.graph.constant({2, 1, 0}, DType::float64, {3}));
  const Symbol first = gradient(reduce_sum(y), x), second = gradient(reduce_sum(first), x);
  EXPECT_EQ(evaluate(second, t.values).values, (Numbers{2, 0, 0}));
  EXPECT_EQ(evaluate(gradient(reduce_sum(second), x), t.values).values, (Numbers{0, 0, 0}));
}

// At +-1000 nothing is 0 times infinity, whatever the order.
TEST(DerivativeRule, SaturatedExponentialsAreFlat) {
  for (Symbol (*function)(Symbol) :
       {static_cast<Symbol (*)(Symbol)>(sigmoid), static_cast<Symbol (*)(Symbol)>(tanh),
        static_cast<Symbol (*)(Symbol)>(erf)}) {
    Trace t(0);
    const Symbol x = t.given({4}, {-1000, -50, 50, 1000});
    Symbol d = function(x);
    for (int order = 0; order < 3; ++order) {
      d = gradient(reduce_sum(d), x);
      for (const double value : evaluate(d, t.values).values) EXPECT_NEAR(value, 0, 1e-15);
    }
  }
}

TEST(DerivativeRule, MaxPoolingFollowsTheFirstOfEqualMaxima) {
  Trace t(0);
  const Symbol x = t.given({1, 1, 4}, {5, 5, 2, 2});
  const Symbol y = max_pool(x, {2}, Window::uniform(1, 2));
  EXPECT_EQ(evaluate(gradient(reduce_sum(y), x), t.values).values, (Numbers{1, 0, 1, 0}));
}

TEST(DerivativeRule, CustomOnesMustMatchTheirInputs) {
  Graph graph;
  const Symbol x = graph.input("x", DType::float64, {2});
  const auto make = [&](std::function<Symbols(const Step&)> derivative) {
    return reduce_sum(custom(Symbols{x}, std::make_shared<const CustomOperation>(CustomOperation{
                                             "twice", [](auto inputs) { return inputs[0]; },
                                             [](auto, auto, void*) {}, std::move(derivative)})));
  };
  const auto message = [&](Symbol value) -> std::string {
    try {
      gradient(value, x);
    } catch (const Error& error) {
      return error.what();
    }
    return "";
  };
  EXPECT_EQ(message(make([](const Step&) { return Symbols{}; })),
            "custom: the derivative of twice returned 0 cotangents; expected one for each of 1 "
            "inputs");
  EXPECT_EQ(message(make([](const Step& s) { return Symbols{reduce_sum(s.cotangent)}; })),
            "custom: the derivative of twice by input 0 is float64[]; expected float64[2]");
  EXPECT_EQ(message(make(nullptr)), "");  // none: nothing flows
}

}  // namespace
}  // namespace thalweg
