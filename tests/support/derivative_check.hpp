// Derivatives of a traced function against finite differences of its values in float64.
#pragma once

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cmath>
#include <string>

#include "tests/support/graph_evaluator.hpp"
#include "thalweg/base/random.hpp"
#include "thalweg/graph/differentiate.hpp"

namespace thalweg {

// A graph being traced, with random values for its inputs.
struct Trace {
  Graph graph;
  Random random;
  Symbols by;  // the floating inputs, to differentiate by
  std::map<NodeId, Array> values;

  explicit Trace(uint64_t seed, DType dtype = DType::float64) : random(seed, 0), dtype_(dtype) {}

  // Uniform on [low, high].
  Symbol number(Shape shape, double low = -2, double high = 2) {
    const Symbol out = input(dtype_, std::move(shape));
    for (double& x : values[out.id()].values) x = low + (high - low) * random.uniform();
    by.push_back(out);
    return out;
  }
  // On [low, high] too, but a tenth away from all integers, where kinks are.
  Symbol between(Shape shape, int low, int high) {
    const Symbol out = number(std::move(shape), 0.1, 0.9);
    for (double& x : values[out.id()].values)
      x += low + static_cast<double>(below(static_cast<size_t>(high - low)));
    return out;
  }
  // Integers in [low, high).
  Symbol index(Shape shape, int low, int high) {
    const Symbol out = input(DType::int32, std::move(shape));
    for (double& x : values[out.id()].values)
      x = low + static_cast<double>(random.below(static_cast<uint64_t>(high - low)));
    return out;
  }
  Symbol flag(Shape shape) { return equal(index(std::move(shape), 0, 2), 1); }
  Symbol given(Shape shape, std::vector<double> numbers) {
    const Symbol out = input(dtype_, std::move(shape));
    values[out.id()].values = std::move(numbers);
    by.push_back(out);
    return out;
  }

  // Extents 0 to 4, mostly not 0.
  Shape shape(size_t rank) {
    Shape out;
    for (size_t i = 0; i < rank; ++i) out.push_back(random.below(20) == 0 ? 0 : below(4) + 1);
    return out;
  }
  Shape shape() { return shape(below(4)); }
  // One that repeats to `to`.
  Shape repeatable(const Shape& to) {
    Shape out(to.begin() + static_cast<long>(below(to.size() + 1)), to.end());
    for (size_t& extent : out)
      if (below(3) == 0) extent = 1;
    return out;
  }
  size_t below(size_t bound) { return random.below(bound); }

 private:
  Symbol input(DType dtype, Shape shape) {
    const Symbol out = graph.input(fmt::format("x{}", graph.size()), dtype, std::move(shape));
    values[out.id()] = {out.shape(), std::vector<double>(element_count(out.shape()))};
    return out;
  }

  DType dtype_;
};

inline double dot(const std::vector<Array>& a, const std::vector<Array>& b) {
  double sum = 0;
  for (size_t k = 0; k < a.size(); ++k)
    for (size_t i = 0; i < a[k].values.size(); ++i) sum += a[k].values[i] * b[k].values[i];
  return sum;
}

// Fails unless gradient, jvp and Hessian product of `output`, a floating tensor, by all of trace.by
// agree with central differences of order 4, the Hessian being symmetric to rounding.
inline void check_derivatives(Trace& trace, Symbol output, double tolerance = 1e-8) {
  const DType dtype = output.dtype();
  const auto random_like = [&](Symbol symbol) {
    Array out{symbol.shape(), std::vector<double>(element_count(symbol.shape()))};
    for (double& x : out.values) x = trace.random.uniform() * 2 - 1;
    return out;
  };
  // A curved scalar of the output, so that operations that are linear have a second derivative.
  const Symbol weights = trace.graph.constant(random_like(output).values, dtype, output.shape());
  const Symbol value = reduce_sum(weights * output * (1 + 0.25 * output));
  Symbols directions;
  std::vector<Array> direction;
  for (const Symbol x : trace.by) {
    direction.push_back(random_like(x));
    directions.push_back(trace.graph.constant(direction.back().values, x.dtype(), x.shape()));
  }
  const Symbols gradients = gradient(value, trace.by);
  const Symbols products = hessian_product(value, trace.by, directions);
  const Symbol forward = jacobian_vector_product(Symbols{output}, trace.by, directions)[0];

  const auto moved = [&](const Symbols& of, double length) {
    auto inputs = trace.values;
    for (size_t k = 0; k < direction.size(); ++k)
      for (size_t i = 0; i < direction[k].values.size(); ++i)
        inputs[trace.by[k].id()].values[i] += length * direction[k].values[i];
    return evaluate(of, inputs);
  };
  // The derivative of `of` along the direction, compared with `found`, number by number.
  const auto compare = [&](const Symbols& of, const std::vector<Array>& found, const char* what) {
    const double h = 1e-3;
    const auto p1 = moved(of, h), m1 = moved(of, -h), p2 = moved(of, 2 * h), m2 = moved(of, -2 * h);
    double largest = 1;
    for (const auto& array : p1)
      for (const double x : array.values) largest = std::max(largest, std::abs(x));
    for (size_t k = 0; k < of.size(); ++k) {
      ASSERT_EQ(found[k].shape, of[k].shape()) << what;
      for (size_t i = 0; i < found[k].values.size(); ++i) {
        const double expected =
            (8 * (p1[k].values[i] - m1[k].values[i]) - (p2[k].values[i] - m2[k].values[i])) /
            (12 * h);
        const double scale = std::max(largest, std::abs(expected));
        ASSERT_NEAR(found[k].values[i], expected, tolerance * scale)
            << what << " of number " << i << " of " << k << "\n"
            << to_text(Symbols{output});
      }
    }
  };
  const std::vector<Array> g = evaluate(gradients, trace.values);
  compare({output}, {evaluate(forward, trace.values)}, "jvp");
  compare({value}, {{{}, {dot(g, direction)}}}, "gradient");
  compare(gradients, evaluate(products, trace.values), "Hessian product");
}

}  // namespace thalweg
