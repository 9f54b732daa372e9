#include "thalweg/optim/lasso/column_lasso.hpp"

#include "tests/optim/lasso/lasso_cases.hpp"

namespace thalweg::testing {
namespace {

TEST(ColumnLasso, AsScikitLearn) {
  expect_scikit_learn<ColumnLasso>("tall");
  expect_scikit_learn<ColumnLasso>("wide");
  expect_scikit_learn<ColumnLasso>("sparse");
}

TEST(ColumnLasso, WeightsRepeatRows) { expect_weights_repeat_rows<ColumnLasso>(); }

// What the spheres leave out would not have mattered: every gap is that of all slopes.
TEST(ColumnLasso, GapsHoldForAllColumns) {
  for (const char* name : {"wide", "sparse"}) {
    const LassoCase on(name);
    const size_t n = on.problem.target.size(), p = columns(*on.samples().design);
    ColumnLasso lasso(on.samples());
    for (double l1 = 1; l1 > 0.002; l1 *= 0.9) {
      const Penalty penalty{.l1 = l1};
      const LassoPoint found = lasso.solve(penalty, 1e-7);
      std::vector<double> z(n), v(p + 1);
      predict(*on.samples().design, 1, found.x, z);
      for (size_t i = 0; i < n; ++i) z[i] = (z[i] - on.problem.target[i]) / static_cast<double>(n);
      combine(*on.samples().design, 1, z, v);
      v.pop_back();
      const std::span<const double> w = std::span(found.x).first(p);
      const double whole = lasso_gap(penalty, found.loss, w, v, std::vector<double>(p, 0.0));
      EXPECT_LE(whole, found.gap + 1e-13) << name << " " << l1;
      EXPECT_LE(found.gap, 1e-7) << name << " " << l1;
    }
  }
}

}  // namespace
}  // namespace thalweg::testing
