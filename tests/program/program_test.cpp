#include "thalweg/program/program.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "tests/support/operation_examples.hpp"
#include "tests/support/program_run.hpp"

namespace thalweg {
namespace {

class EveryProgram : public testing::TestWithParam<Operation> {};

// Values, derivatives and Hessian products as the slow evaluator has them.
TEST_P(EveryProgram, HasTheValuesOfItsGraph) {
  const MakeExample& make = operation_examples().at(GetParam());
  for (uint64_t seed = 0; seed < 30; ++seed) {
    SCOPED_TRACE(seed);
    Trace trace(seed);
    Symbols outputs = {make(trace)};
    if (is_floating(outputs[0].dtype()) && !trace.by.empty()) {
      const Symbol value = reduce_sum(outputs[0] * (1 + 0.25 * outputs[0]));
      outputs.push_back(value);
      Symbols directions;
      for (const Symbol x : trace.by) directions.push_back(0.5 * x);
      for (const Symbol g : gradient(value, trace.by)) outputs.push_back(g);
      for (const Symbol h : hessian_product(value, trace.by, directions)) outputs.push_back(h);
    }
    // The evaluator rounds nothing to float32.
    expect_as_evaluated(outputs, trace.values, GetParam() == Operation::cast ? 1e-6 : 1e-12);
    if (HasFailure()) {
      ADD_FAILURE() << to_text(outputs);
      return;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Table, EveryProgram, testing::ValuesIn([] {
                           std::vector<Operation> out;
                           for (const OperationRow& row : operations())
                             out.push_back(row.operation);
                           return out;
                         }()),
                         [](const auto& item) { return std::string(row(item.param).name); });

}  // namespace
}  // namespace thalweg
