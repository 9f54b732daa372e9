#include "thalweg/objective/column_sample.hpp"

#include <gtest/gtest.h>

#include "tests/support/lasso_reference.hpp"

namespace thalweg::testing {
namespace {

// The part's predictions are those of the whole where the other weights are 0.
TEST(ColumnSample, PredictsAsTheWhole) {
  for (const char* name : {"wide", "sparse"}) {
    const Problem problem = lasso_problem(name, LossKind::squared);
    const Samples whole = problem.samples();
    const std::vector<size_t> taken = {0, 3, 17, 49};
    const ColumnSample part(whole, taken);
    ASSERT_EQ(columns(*part.samples().design), taken.size());
    std::vector<double> x(columns(*whole.design) + 1, 0.0), few(taken.size() + 1);
    for (size_t k = 0; k < taken.size(); ++k) x[taken[k]] = few[k] = 0.5 + static_cast<double>(k);
    x.back() = few.back() = -2;
    std::vector<double> expected(problem.target.size()), found(problem.target.size());
    predict(*whole.design, 1, x, expected);
    predict(*part.samples().design, 1, few, found);
    for (size_t i = 0; i < found.size(); ++i) EXPECT_NEAR(found[i], expected[i], 1e-13) << name;
  }
}

}  // namespace
}  // namespace thalweg::testing
