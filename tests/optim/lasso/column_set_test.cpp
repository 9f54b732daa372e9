#include "thalweg/optim/lasso/column_set.hpp"

#include "tests/optim/lasso/lasso_cases.hpp"

namespace thalweg::testing {
namespace {

// After a descent weights, residual and slopes belong together, and the sum of the residual is 0.
TEST(ColumnSet, DescentKeepsTheResidual) {
  for (const char* name : {"tall", "wide", "sparse"}) {
    const LassoCase on(name);
    const auto columns = make_columns(on.samples());
    const std::vector<size_t> some = {0, 1, 2, 5, 7};
    std::vector<double> v(columns->count(), 0.0);
    columns->slopes(some, v);
    columns->descend(some, {.l1 = 0.02}, 1e-14, v);
    const auto fresh = make_columns(on.samples());
    const std::vector<double> w(columns->weights().begin(), columns->weights().end());
    EXPECT_NE(w[0], 0);
    fresh->set(w);
    std::vector<double> anew(columns->count(), 0.0);
    fresh->slopes(some, anew);
    EXPECT_NEAR(columns->loss(), fresh->loss(), 1e-13) << name;
    for (size_t j : some) EXPECT_NEAR(v[j], anew[j], 1e-13) << name << " " << j;
    double sum = 0;
    for (double r : columns->residual()) sum += r;
    EXPECT_NEAR(sum, 0, 1e-12) << name;
  }
}

}  // namespace
}  // namespace thalweg::testing
