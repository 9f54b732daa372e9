#include "thalweg/optim/lasso/gram_descent.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace thalweg {
namespace {

// Two columns of covariance 1/2: from w1 + w2/2 = 2 - l1, w1/2 + w2 = 1.6 - l1 by hand.
TEST(GramDescent, TwoColumnsByHand) {
  const double gram[] = {1, 0.5, 0.5, 1};
  const std::vector<double> error(2, 0.0);
  for (const double l1 : {0.1, 0.5, 1.3}) {
    std::vector<double> w(2, 0.0), v = {-2, -1.6};
    GramProblem problem{gram, 2, w, v, error, 4};
    const std::vector<size_t> both = {0, 1};
    descend_gram(problem, both, {.l1 = l1}, 1e-15);
    const double second = (1.6 - l1 - (2 - l1) / 2) / 0.75;
    if (l1 < 1.2) {
      EXPECT_NEAR(w[1], second, 1e-7);
      EXPECT_NEAR(w[0], 2 - l1 - second / 2, 1e-7);
    } else {
      EXPECT_EQ(w[1], 0);
      EXPECT_NEAR(w[0], 2 - l1, 1e-12);
    }
    EXPECT_NEAR(v[0], -2 + w[0] + w[1] / 2, 1e-14);
    // loss = 4 - c'w + w'Gw / 2
    EXPECT_NEAR(problem.loss,
                4 - 2 * w[0] - 1.6 * w[1] + (w[0] * w[0] + w[1] * w[1] + w[0] * w[1]) / 2, 1e-13);
  }
}

}  // namespace
}  // namespace thalweg
