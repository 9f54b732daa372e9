#include "thalweg/graph/differentiate.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "tests/support/derivative_check.hpp"
#include "tests/support/error_of.hpp"

namespace thalweg {
namespace {

using Numbers = std::vector<double>;

size_t count(const Graph& graph, Operation operation) {
  size_t found = 0;
  for (NodeId id = 0; id < graph.size(); ++id) found += graph[id].operation == operation;
  return found;
}

TEST(Gradient, PrintsItsNodes) {
  Graph graph;
  const Symbol x = graph.input("x", DType::float32, {3});
  EXPECT_EQ(to_text(Symbols{gradient(reduce_sum(exp(x) * 2), x)}),
            "%0 = input(\"x\") float32[3]\n"
            "%1 = exp(%0) float32[3]\n"
            "%2 = constant(2) float32[]\n"
            "%3 = broadcast_to(%2) float32[3]\n"
            "%6 = constant(1) float32[]\n"
            "%7 = reshape(%6) float32[1]\n"
            "%8 = broadcast_to(%7) float32[3]\n"
            "%9 = multiply(%8, %3) float32[3]\n"
            "%10 = multiply(%9, %1) float32[3]\n");
}

TEST(Gradient, GoesToAllOrders) {
  Trace t(0);
  const Symbol x = t.given({}, {0.3});
  Symbol d = sin(x) * exp(x);
  // The n-th derivative is 2^(n/2) e^x sin(x + n pi/4).
  for (int order = 1; order <= 6; ++order) {
    d = gradient(d, x);
    EXPECT_NEAR(evaluate(d, t.values).values[0],
                std::pow(2, order / 2.0) * std::exp(0.3) * std::sin(0.3 + order * M_PI / 4), 1e-13);
  }
}

TEST(Gradient, ByNodesInTheMiddleAndByNothingRelated) {
  Trace t(0);
  const Symbol x = t.given({2}, {1, 2}), other = t.given({3}, {1, 1, 1});
  const Symbol y = x * x, value = reduce_sum(y * y + x);
  const auto found = evaluate(gradient(value, Symbols{y, x, other, value}), t.values);
  EXPECT_EQ(found[0].values, (Numbers{2, 8}));
  EXPECT_EQ(found[1].values, (Numbers{5, 33}));
  EXPECT_EQ(found[2].values, (Numbers{0, 0, 0}));
  EXPECT_EQ(found[3].values, (Numbers{1}));
}

TEST(Gradient, RecordsNothingTowardsWhatIsNotAsked) {
  Graph graph;
  const Symbol a = graph.input("a", DType::float64, {2}), b = graph.input("b", DType::float64, {2});
  const Symbol value = reduce_sum(exp(a) * power(2, b));
  gradient(value, a);
  EXPECT_EQ(count(graph, Operation::log), 0u);
}

TEST(Gradient, ErrorsSayWhatIsDue) {
  Graph graph;
  const Symbol x = graph.input("x", DType::float32, {2}), i = graph.input("i", DType::int32, {2});
  EXPECT_EQ(error_of([&] { gradient(x, x); }),
            "gradient: found a value float32[2]; expected a floating scalar");
  EXPECT_EQ(error_of([&] { gradient(reduce_sum(x), i); }),
            "gradient: found int32[2]; expected to differentiate by floating numbers");
  EXPECT_EQ(error_of([&] { jacobian_vector_product(Symbols{x}, Symbols{x}, Symbols{}); }),
            "jacobian_vector_product: found 0 for 1 symbols; expected one for each");
  EXPECT_EQ(error_of([&] { hessian_product(reduce_sum(x), Symbols{x}, Symbols{reduce_sum(x)}); }),
            "hessian_product: found float32[] for float32[2]; expected the same dtype and shape");
}

TEST(Gradient, StopsWhereAsked) {
  Trace t(0);
  const Symbol x = t.given({}, {3});
  EXPECT_EQ(evaluate(gradient(x * stop_gradient(x * x), x), t.values).values[0], 9);
}

TEST(JacobianVectorProduct, OfOutputsThatAreInputsOrUnrelated) {
  Trace t(0);
  const Symbol x = t.given({2}, {1, 2}), other = t.given({2}, {5, 5});
  const Symbol v = t.given({2}, {10, 20});
  const Symbols all = jacobian_vector_product(Symbols{x, x * x, other}, Symbols{x}, Symbols{v});
  const auto found = evaluate(all, t.values);
  EXPECT_EQ(found[0].values, (Numbers{10, 20}));
  EXPECT_EQ(found[1].values, (Numbers{20, 80}));
  EXPECT_EQ(found[2].values, (Numbers{0, 0}));
}

// f = x0^2 x1 + x1^3: its Hessian is [[2 x1, 2 x0], [2 x0, 6 x1]].
TEST(HessianProduct, IsTheHessianTimesTheDirection) {
  Trace t(0);
  const Symbol a = t.given({}, {2}), b = t.given({}, {3});
  const Symbol u = t.graph.constant(1, DType::float64), v = t.graph.constant(-2, DType::float64);
  const auto found =
      evaluate(hessian_product(a * a * b + b * b * b, Symbols{a, b}, Symbols{u, v}), t.values);
  EXPECT_EQ(found[0].values, (Numbers{6 - 8}));
  EXPECT_EQ(found[1].values, (Numbers{4 - 36}));
}

// Two layers, each a region; the weights come from outside through the closure.
Symbol layers(Trace& t, bool recompute, bool nested) {
  const Symbol x = t.number({3, 4}), w = t.number({4, 4}), v = t.number({4, 4});
  const auto layer = [&](Symbol weights) {
    return [=](const Symbols& in) { return Symbols{tanh(exp(matmul(in[0], weights) * 0.3))}; };
  };
  const auto run = [&](auto f, const Symbols& in) { return recompute ? checkpoint(f, in) : f(in); };
  const auto both = [&](const Symbols& in) { return run(layer(v), run(layer(w), in)); };
  return nested && recompute ? checkpoint(both, {x})[0] : both({x})[0];
}

TEST(Checkpoint, ChangesNoDerivative) {
  for (const bool nested : {false, true}) {
    Trace plain(5), saved(5);
    const Symbol a = reduce_sum(layers(plain, false, nested));
    const Symbol b = reduce_sum(layers(saved, true, nested));
    const auto expected = evaluate(gradient(a, plain.by), plain.values);
    const auto found = evaluate(gradient(b, saved.by), saved.values);
    for (size_t k = 0; k < expected.size(); ++k) EXPECT_EQ(found[k].values, expected[k].values);
    Trace again(6);
    check_derivatives(again, layers(again, true, nested));
  }
}

TEST(Checkpoint, OfOneOperation) {
  Trace t(1);
  const Symbol x = t.given({}, {0.5});
  const Symbol y = checkpoint([](const Symbols& in) { return Symbols{exp(in[0])}; }, {x})[0];
  EXPECT_EQ(evaluate(gradient(y, x), t.values).values[0], std::exp(0.5));
}

// The cotangent of a node in the middle of a region is that of its copy.
TEST(Checkpoint, ByNodesInside) {
  Trace t(1);
  const Symbol x = t.given({}, {0.5});
  Symbol inside;
  const auto function = [&](const Symbols& in) {
    return checkpoint(
        [&](const Symbols& again) {
          inside = again[0] * again[0];
          return Symbols{sin(inside)};
        },
        Symbols{2 * in[0]});
  };
  const Symbol y = checkpoint(function, {x})[0];
  const auto found = evaluate(gradient(y * inside, Symbols{inside, x}), t.values);
  EXPECT_DOUBLE_EQ(found[0].values[0], std::cos(1.0) + std::sin(1.0));
  EXPECT_DOUBLE_EQ(found[1].values[0], 4 * (std::cos(1.0) + std::sin(1.0)));
}

// Nothing that was computed forward inside a region is read backward: only through barriers.
TEST(Checkpoint, KeepsOnlyWhatComesFromOutside) {
  for (const bool nested : {false, true}) {
    Trace t(5);
    const Symbol value = reduce_sum(layers(t, true, nested));
    const NodeId forward = t.graph.size();
    const auto regions = t.graph.regions();
    gradient(value, t.by);
    EXPECT_GT(count(t.graph, Operation::barrier), 0u);
    for (NodeId id = forward; id < t.graph.size(); ++id)
      for (const NodeId input : t.graph[id].inputs)
        for (const auto& region : regions)
          EXPECT_TRUE(t.graph[id].operation == Operation::barrier || input < region.begin ||
                      input + 1 >= region.end)
              << id << " reads " << input << "\n"
              << to_text(t.graph);
    // Each node of a region again once, and once more where regions nest.
    EXPECT_EQ(count(t.graph, Operation::tanh), nested ? 6u : 4u);
  }
}

TEST(Checkpoint, RefusesInputsMadeInside) {
  Graph graph;
  const Symbol x = graph.input("x", DType::float32, {});
  const Symbol y = checkpoint(
      [&](const Symbols& in) { return Symbols{in[0] * graph.input("w", DType::float32, {})}; },
      {x})[0];
  EXPECT_EQ(error_of([&] { gradient(y, x); }),
            "checkpoint: found input \"w\" made inside; make it before");
}

}  // namespace
}  // namespace thalweg
