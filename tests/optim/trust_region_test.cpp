// The secular equation against its definition, and the rule for the radius.
#include "thalweg/optim/trust_region.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <vector>

#include "tests/support/error_of.hpp"
#include "thalweg/optim/spectrum.hpp"

namespace thalweg {
namespace {

double length(const std::vector<double>& d, const std::vector<double>& c, double lambda) {
  double square = 0;
  for (size_t i = 0; i < d.size(); ++i) square += std::pow(c[i] / (d[i] + lambda), 2);
  return std::sqrt(square);
}

TEST(TrustRegionRules, SecularEquation) {
  const std::vector<double> c = {1, -2, 3};
  for (const std::vector<double>& d :
       {std::vector<double>{1, 2, 3}, {-1, 0, 5}, {1e-12, 1, 1e8}, {0, 0, 0}})
    for (const double radius : {1e-6, 0.1, 1.0, 100.0}) {
      const double lambda = secular_multiplier(d, c, radius);
      if (lambda == 0)
        EXPECT_LE(length(d, c, 0), radius);
      else
        EXPECT_NEAR(length(d, c, lambda), radius, 2e-3 * radius) << radius;
      for (const double curvature : d) EXPECT_GE(curvature + lambda, 0);
    }
}

// g has nothing along the direction of negative curvature: the step goes there all the same.
TEST(TrustRegionRules, HardCase) {
  Eigen::MatrixXd h = Eigen::Vector2d(-1, 2).asDiagonal();
  const Spectrum spectrum(h, Eigen::Vector2d(0, 1));
  const ModelStep step = spectrum.within(5);
  EXPECT_NEAR(step.p.norm(), 5, 1e-9);
  EXPECT_NEAR(step.p[1], -1. / 3, 1e-9);
  EXPECT_NEAR(step.predicted, -(step.p[1] + step.p[1] * step.p[1] - step.p[0] * step.p[0] / 2),
              1e-9);
}

// The cubic model's minimum: (H + sigma |p|) p = -g.
TEST(TrustRegionRules, CubicModel) {
  Eigen::MatrixXd h(2, 2);
  h << -3, 1, 1, 4;
  const Eigen::Vector2d g(1, -2);
  const ModelStep step = Spectrum(h, g).cubic(2);
  EXPECT_LE((h * step.p + 2 * step.p.norm() * step.p + g).norm(), 1e-9);
}

TEST(TrustRegionRules, Radius) {
  Trial trial{10, 9, 1, -2, 3, false};
  EXPECT_TRUE(trial.accepted());
  EXPECT_EQ(next_radius(trial, 4), 6);
  trial.after = 9.6;
  EXPECT_EQ(next_radius(trial, 4), 4);
  trial.after = std::numeric_limits<double>::quiet_NaN();
  EXPECT_FALSE(trial.accepted());
  EXPECT_DOUBLE_EQ(next_radius(trial, 4), .3);
  trial.after = 11;
  EXPECT_LE(next_radius(trial, 4), 2);
}

}  // namespace
}  // namespace thalweg
