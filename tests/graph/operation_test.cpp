#include "thalweg/graph/operation.hpp"

#include <gtest/gtest.h>

#include <string>

#include "tests/support/operation_examples.hpp"

namespace thalweg {
namespace {

using Op = Operation;

class EveryOperation : public testing::TestWithParam<Op> {};

TEST_P(EveryOperation, DerivativesAgreeWithDifferences) {
  const auto make = operation_examples().find(GetParam());
  ASSERT_NE(make, operation_examples().end()) << "add an example to this test";
  for (uint64_t seed = 0; seed < 30; ++seed) {
    SCOPED_TRACE(seed);
    Trace trace(seed);
    const Symbol output = make->second(trace);
    bool used = false;
    for (NodeId id = 0; id < trace.graph.size(); ++id)
      if (trace.graph[id].operation == GetParam()) used = true;
    // An operation on no axes is left out.
    EXPECT_TRUE(used || seed > 0 || GetParam() >= Op::reduce_sum);
    if (is_floating(output.dtype()) && GetParam() != Op::stop_gradient && GetParam() != Op::floor &&
        GetParam() != Op::sign) {
      check_derivatives(trace, output);
    } else if (!trace.by.empty()) {
      // Nothing flows back.
      const Symbol value = reduce_sum(cast(output, DType::float64));
      for (const Symbol g : gradient(value, trace.by))
        for (const double x : evaluate(g, trace.values).values) EXPECT_EQ(x, 0);
    }
    if (HasFatalFailure() || HasNonfatalFailure()) return;
  }
}

INSTANTIATE_TEST_SUITE_P(Table, EveryOperation, testing::ValuesIn([] {
                           std::vector<Op> out;
                           for (const OperationRow& row : operations())
                             out.push_back(row.operation);
                           return out;
                         }()),
                         [](const auto& item) { return std::string(row(item.param).name); });

TEST(Operation, NamesAreOneOfAKind) {
  for (const OperationRow& a : operations())
    for (const OperationRow& b : operations()) EXPECT_TRUE(&a == &b || a.name != b.name) << a.name;
}

}  // namespace
}  // namespace thalweg
