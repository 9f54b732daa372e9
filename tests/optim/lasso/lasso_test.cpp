#include "thalweg/optim/lasso/lasso.hpp"

#include "tests/optim/lasso/lasso_cases.hpp"

namespace thalweg::testing {
namespace {

TEST(Lasso, ChoosesByShape) {
  std::string reason;
  const LassoCase tall("tall"), wide("wide");
  make_lasso(tall.samples(), reason);
  EXPECT_EQ(reason, "coordinate descent on one Gram matrix of 8 columns: 60 rows");
  make_lasso(wide.samples(), reason);
  EXPECT_EQ(reason, "coordinate descent on working sets: 80 columns of 30 rows");
}

// One column of slope v at w = 0: P(0) - min P = (|v| - l1)^2 / 2 for a column of norm 1, and the gap
// is no less.
TEST(Lasso, GapIsABound) {
  for (const double v : {-0.5, -0.2, 0.7}) {
    const std::vector<double> w = {0}, slope = {v}, error = {0};
    const double gap = lasso_gap({.l1 = 0.2}, 1, w, slope, error);
    const double excess = std::max(std::abs(v) - 0.2, 0.0);
    EXPECT_GE(gap, excess * excess / 2);
    if (excess == 0) {
      EXPECT_LE(gap, 1e-25);
    }
    // What the slope may be off by makes it wider.
    EXPECT_GT(lasso_gap({.l1 = 0.2}, 1, w, slope, std::vector<double>{1e-3}), gap);
  }
}

}  // namespace
}  // namespace thalweg::testing
