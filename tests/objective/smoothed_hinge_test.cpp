#include "thalweg/objective/smoothed_hinge.hpp"

#include <gtest/gtest.h>

#include <Eigen/Dense>
#include <algorithm>

#include "tests/support/typical.hpp"
#include "thalweg/base/random.hpp"
#include "thalweg/objective/linear.hpp"

namespace thalweg::testing {
namespace {

struct Made {
  Problem problem = typical_problem(LossKind::hinge, 40, 3, 3);
  std::vector<double> center = std::vector<double>(40), x = std::vector<double>(4);

  Made() {
    Random random(3, 8);
    for (double& c : center) c = random.uniform();
    for (double& c : x) c = random.normal();
    for (size_t i = 0; i < 40; ++i) problem.weight.push_back(0.5 + random.uniform());
  }
};

TEST(SmoothedHinge, DerivativesAgreeWithFiniteDifferences) {
  Made made;
  LinearObjective hinge(made.problem.samples(), {.l2 = 0.3});
  SmoothedHinge smoothed(hinge, made.center, 0.8);
  std::vector<double>& x = made.x;
  std::vector<double> g(4), up(4), down(4), h(16), product(4);
  Curvature& curvature = *smoothed.curvature();
  EXPECT_EQ(curvature.evaluate(x, g), static_cast<Objective&>(smoothed).value(x));
  curvature.hessian(h);
  for (size_t j = 0; j < 4; ++j) {
    std::vector<double> unit(4, 0.0);
    unit[j] = 1;
    curvature.product(unit, product);
    for (size_t i = 0; i < 4; ++i) EXPECT_NEAR(product[i], h[4 * i + j], 1e-14);
  }
  for (size_t j = 0; j < 4; ++j) {
    const double step = 1e-6, kept = x[j];
    x[j] = kept + step;
    const double above = smoothed.value_and_gradient(x, up);
    x[j] = kept - step;
    const double below = smoothed.value_and_gradient(x, down);
    x[j] = kept;
    EXPECT_NEAR(g[j], (above - below) / (2 * step), 1e-8);
    for (size_t i = 0; i < 4; ++i) EXPECT_NEAR(h[4 * i + j], (up[i] - down[i]) / (2 * step), 1e-7);
  }
}

// f <= hinge everywhere, and its value is the maximum over a, by a grid.
TEST(SmoothedHinge, IsTheMaximumOverTheDual) {
  Made made;
  LinearObjective hinge(made.problem.samples(), {.l2 = 0.3});
  const double sigma = 0.5;
  SmoothedHinge smoothed(hinge, made.center, sigma);
  const Samples samples = hinge.linear_predictor()->samples;
  std::vector<double> z(40);
  predict(made.problem.design, 1, made.x, z);
  double expected = 0;
  for (size_t i = 0; i < 40; ++i) {
    const double m = 1 - (2 * samples.target[i] - 1) * z[i];
    double best = -INFINITY;
    for (int k = 0; k <= 20000; ++k) {
      const double a = k / 20000.0, apart = a - made.center[i];
      best = std::max(best, a * m - sigma / 2 * apart * apart);
    }
    expected += samples.weight[i] * best / samples.total_weight;
  }
  for (size_t j = 0; j < 3; ++j) expected += 0.15 * made.x[j] * made.x[j];
  const double value = static_cast<Objective&>(smoothed).value(made.x);
  EXPECT_NEAR(value, expected, 1e-8);
  EXPECT_LE(value, static_cast<Objective&>(hinge).value(made.x));
  for (double a : smoothed.dual()) EXPECT_TRUE(a >= 0 && a <= 1);
  // It tends to the hinge as sigma does to 0.
  smoothed.set_sigma(1e-12);
  EXPECT_NEAR(static_cast<Objective&>(smoothed).value(made.x),
              static_cast<Objective&>(hinge).value(made.x), 1e-11);
}

TEST(SmoothedHinge, SmoothnessIsAnUpperBound) {
  Made made;
  LinearObjective hinge(made.problem.samples(), {.l2 = 0.3});
  SmoothedHinge smoothed(hinge, made.center, 0.1);
  for (double scale : {0.0, 0.1, 1.0}) {
    std::vector<double> x = made.x, g(4);
    for (double& c : x) c *= scale;
    Eigen::MatrixXd h(4, 4);
    smoothed.curvature()->evaluate(x, g);
    smoothed.curvature()->hessian({h.data(), 16});
    EXPECT_GE(smoothed.curvature()->smoothness(),
              h.selfadjointView<Eigen::Lower>().eigenvalues().maxCoeff());
  }
}

}  // namespace
}  // namespace thalweg::testing
