#include "thalweg/optim/lasso/gram_lasso.hpp"

#include "tests/optim/lasso/lasso_cases.hpp"

namespace thalweg::testing {
namespace {

TEST(GramLasso, AsScikitLearn) {
  expect_scikit_learn<GramLasso>("tall");
  expect_scikit_learn<GramLasso>("wide");
}

TEST(GramLasso, WeightsRepeatRows) { expect_weights_repeat_rows<GramLasso>(); }

// Started elsewhere it ends at the same value.
TEST(GramLasso, StartsAnywhere) {
  const LassoCase on("tall");
  GramLasso lasso(on.samples());
  const Penalty penalty{.l1 = 0.1};
  const double value = lasso.solve(penalty, 1e-13).value;
  lasso.start(std::vector<double>(8, 3.0));
  EXPECT_NEAR(lasso.solve(penalty, 1e-13).value, value, 1e-12);
}

}  // namespace
}  // namespace thalweg::testing
