#include "thalweg/program/program.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "tests/support/operation_examples.hpp"
#include "tests/support/program_run.hpp"
#include "tests/support/random_graph.hpp"

namespace thalweg {
namespace {

class EveryProgram : public testing::TestWithParam<Operation> {};

// The example with its derivatives and Hessian products, as the slow evaluator has them.
void check(Operation operation, DType dtype, double tolerance) {
  const MakeExample& make = operation_examples().at(operation);
  for (uint64_t seed = 0; seed < 30; ++seed) {
    SCOPED_TRACE(seed);
    Trace trace(seed, dtype);
    Symbols outputs = {make(trace)};
    if (outputs[0].dtype() == dtype && !trace.by.empty()) {
      const Symbol value = reduce_sum(outputs[0] * (1 + 0.25 * outputs[0]));
      outputs.push_back(value);
      Symbols directions;
      for (const Symbol x : trace.by) directions.push_back(0.5 * x);
      for (const Symbol g : gradient(value, trace.by)) outputs.push_back(g);
      for (const Symbol h : hessian_product(value, trace.by, directions)) outputs.push_back(h);
    }
    expect_as_evaluated(outputs, trace.values, tolerance);
    if (testing::Test::HasFailure()) {
      ADD_FAILURE() << to_text(outputs);
      return;
    }
  }
}

TEST_P(EveryProgram, HasTheValuesOfItsGraph) {
  // The evaluator rounds nothing to float32.
  check(GetParam(), DType::float64, GetParam() == Operation::cast ? 1e-6 : 1e-12);
}

TEST_P(EveryProgram, HasThemInFloat32) {
  using Op = Operation;
  // Their examples are of float64.
  if (GetParam() == Op::average_pool_gradient || GetParam() == Op::custom) return;
  // Discontinuous: a number that is rounded may be on the other side.
  if (GetParam() == Op::floor || GetParam() == Op::max_pool_indices) return;
  check(GetParam(), DType::float32, 3e-6);
}

INSTANTIATE_TEST_SUITE_P(Table, EveryProgram, testing::ValuesIn([] {
                           std::vector<Operation> out;
                           for (const OperationRow& row : operations())
                             out.push_back(row.operation);
                           return out;
                         }()),
                         [](const auto& item) { return std::string(row(item.param).name); });

class RandomPrograms : public testing::TestWithParam<int> {};

TEST_P(RandomPrograms, HaveTheValuesOfTheirGraphs) {
  for (const DType dtype : {DType::float64, DType::float32})
    for (uint64_t seed = 0; seed < 20; ++seed) {
      SCOPED_TRACE(seed + 20 * static_cast<uint64_t>(GetParam()));
      RandomGraph graph(seed + 20 * static_cast<uint64_t>(GetParam()), dtype);
      const Symbols outputs = graph.grow(30);
      expect_as_evaluated(outputs, graph.trace.values, dtype == DType::float64 ? 1e-11 : 2e-4);
      if (HasFailure()) {
        ADD_FAILURE() << name_of(dtype) << "\n" << to_text(outputs);
        return;
      }
    }
}

INSTANTIATE_TEST_SUITE_P(Seeds, RandomPrograms, testing::Range(0, 10));

}  // namespace
}  // namespace thalweg
