#include "thalweg/objective/linear.hpp"

#include <gtest/gtest.h>

#include <Eigen/Dense>
#include <algorithm>

#include "tests/support/typical.hpp"
#include "thalweg/base/error.hpp"
#include "thalweg/base/random.hpp"

namespace thalweg::testing {
namespace {

std::vector<double> point(const LinearObjective& objective, uint64_t seed) {
  Random random(seed, 9);
  std::vector<double> x(objective.size());
  for (double& c : x) c = 0.5 * random.normal();
  return x;
}

DenseMatrix<double> dense(size_t rows, size_t columns, const std::vector<double>& cells) {
  DenseMatrix<double> out{rows, columns, Buffer<double>(cells.size())};
  std::copy(cells.begin(), cells.end(), out.data.begin());
  return out;
}

// (1 (0.5 * 2 + 1 - 3)^2 / 2 + 3 (0.5 * -1 + 1 - 0)^2 / 2) / 4 + 0.1 * 0.25, by hand.
TEST(LinearObjective, ValueAndGradientByHand) {
  Problem problem;
  problem.design = dense(2, 1, {2, -1});
  problem.target = {3, 0};
  problem.weight = {1, 3};
  LinearObjective objective(problem.samples(), {.l1 = 0.4, .l2 = 0.2});
  const std::vector<double> x = {0.5, 1};
  std::vector<double> g(2);
  const double expected = (0.5 + 3 * 0.125) / 4 + 0.1 * 0.25;
  EXPECT_DOUBLE_EQ(objective.value_and_gradient(x, g), expected);
  EXPECT_DOUBLE_EQ(static_cast<Objective&>(objective).value(x), expected);
  EXPECT_DOUBLE_EQ(g[0], (1 * -1 * 2 + 3 * 0.5 * -1) / 4 + 0.2 * 0.5);
  EXPECT_DOUBLE_EQ(g[1], (1 * -1 + 3 * 0.5) / 4);
  ASSERT_NE(objective.composite(), nullptr);
  EXPECT_DOUBLE_EQ(objective.composite()->value(x), 0.2);  // the intercept is free
  EXPECT_EQ(objective.layout()["weight"].shape, std::vector<size_t>{1});
  EXPECT_EQ(objective.layout()["intercept"].offset, 1u);
}

// In float32, of many rows; not where their squares leave its range, nor where it would not pay.
TEST(LinearObjective, RoughHessianIsNearOrRefused) {
  const auto pair = [](Problem problem, std::vector<double>& rough, std::vector<double>& exact) {
    LinearObjective objective(problem.samples(), {.l2 = 0.1});
    Curvature& curvature = *objective.curvature();
    const std::vector<double> x(objective.size(), 0.0);
    std::vector<double> g(x.size());
    rough.assign(x.size() * x.size(), 0.0), exact = rough;
    curvature.evaluate(x, g);
    curvature.hessian(exact);
    return curvature.rough_hessian(rough);
  };
  std::vector<double> rough, exact;
  Problem problem = typical_problem(LossKind::logistic, 300, 3, 1);
  ASSERT_TRUE(pair(problem, rough, exact));
  for (size_t i = 0; i < exact.size(); ++i) EXPECT_NEAR(rough[i], exact[i], 1e-5);
  EXPECT_FALSE(pair(typical_problem(LossKind::squared, 300, 3, 1), rough, exact));
  EXPECT_FALSE(pair(typical_problem(LossKind::logistic, 200, 3, 1), rough, exact));
  for (const double scale : {1e-20, 1e30}) {
    Problem other = problem;
    auto& cells = std::get<DenseMatrix<double>>(other.design).data;
    for (size_t i = 1; i < cells.size(); i += 3) cells[i] *= scale;
    EXPECT_FALSE(pair(other, rough, exact)) << scale;
  }
}

TEST(LinearObjective, WeightsAreChecked) {
  Problem problem = typical_problem(LossKind::squared, 3, 1, 1);
  auto message = [&](std::vector<double> weight) -> std::string {
    problem.weight = std::move(weight);
    try {
      LinearObjective objective(problem.samples(), {});
    } catch (const Error& error) {
      return error.what();
    }
    return "";
  };
  EXPECT_EQ(message({1, 0, 2}), "");
  EXPECT_EQ(message({1, -2, 2}), "weights: -2 is not a finite number >= 0");
  EXPECT_EQ(message({1, NAN, 2}), "weights: nan is not a finite number >= 0");
  EXPECT_EQ(message({0, 0, 0}), "weights: their sum is 0; it must be > 0");
  EXPECT_EQ(message({1e308, 1e308, 1e308}), "weights: their sum is inf; it must be > 0");
}

// Gradient, Hessian and its products against central differences, for every loss.
TEST(LinearObjective, DerivativesAgreeWithFiniteDifferences) {
  for (const LossRow& loss : losses()) {
    if (!loss.smooth) continue;
    const Problem problem = typical_problem(loss.kind, 60, 3, 5);
    LinearObjective objective(problem.samples(), {.l2 = 0.3});
    const size_t n = objective.size();
    std::vector<double> x = point(objective, 3), g(n), h(n * n), up(n), down(n), product(n);
    Curvature& curvature = *objective.curvature();
    EXPECT_DOUBLE_EQ(curvature.evaluate(x, g), static_cast<Objective&>(objective).value(x));
    curvature.hessian(h);
    for (size_t j = 0; j < n; ++j) {
      const double step = 1e-5, kept = x[j];
      x[j] = kept + step;
      const double above = objective.value_and_gradient(x, up);
      x[j] = kept - step;
      const double below = objective.value_and_gradient(x, down);
      x[j] = kept;
      EXPECT_NEAR(g[j], (above - below) / (2 * step), 1e-7) << loss.name;
      std::vector<double> unit(n, 0.0);
      unit[j] = 1;
      curvature.product(unit, product);
      for (size_t i = 0; i < n; ++i) {
        // Piecewise quadratic losses jump in curvature where a row crosses a kink.
        EXPECT_NEAR(h[i * n + j], (up[i] - down[i]) / (2 * step), 2e-6) << loss.name;
        EXPECT_NEAR(h[i * n + j], product[i], 1e-14) << loss.name;
        EXPECT_EQ(h[i * n + j], h[j * n + i]) << loss.name;
      }
    }
  }
}

// prox and least subgradient against a brute force search over a grid of one coordinate.
TEST(LinearObjective, ProximalIsTheMinimizer) {
  Problem problem = typical_problem(LossKind::squared, 3, 1, 1);
  for (Penalty penalty :
       {Penalty{.l1 = 0.5}, Penalty{.l1 = 0.5, .lower = -0.25, .upper = 2}, Penalty{.lower = 0.5},
        Penalty{.upper = -1}, Penalty{.l1 = 1, .lower = 1}, Penalty{.l1 = 1, .upper = -1}})
    for (double at : {-3.0, -1.0, -0.5, 0.0, 0.25, 1.0, 3.0})
      for (double step : {0.25, 1.0, 2.0}) {
        LinearObjective objective(problem.samples(), penalty);
        double best = INFINITY, where = 0;
        for (int i = -4096; i <= 4096; ++i) {
          const double u = i / 1024.0;
          if (u < penalty.lower || u > penalty.upper) continue;
          const double value = step * penalty.l1 * std::abs(u) + (u - at) * (u - at) / 2;
          if (value < best) best = value, where = u;
        }
        std::vector<double> x = {at, at};
        objective.composite()->proximal(x, step, x);
        EXPECT_EQ(x[0], where) << "l1 " << penalty.l1 << " at " << at << " step " << step;
        EXPECT_EQ(x[1], at);
        EXPECT_TRUE(std::isfinite(objective.composite()->value(x)));
      }
  LinearObjective objective(problem.samples(), {.lower = 0});
  EXPECT_EQ(objective.composite()->value(std::vector<double>{-1e-300, 0}), INFINITY);
  EXPECT_EQ(objective.composite()->value(std::vector<double>{NAN, 0}), INFINITY);
}

// L is above every eigenvalue of the Hessian, and not far above where it is attained.
TEST(LinearObjective, SmoothnessIsAnUpperBound) {
  for (const LossRow& loss : losses()) {
    if (!loss.smooth) continue;
    for (uint64_t seed = 0; seed < 6; ++seed) {
      const Problem problem = typical_problem(loss.kind, 30, 5, seed);
      LinearObjective objective(problem.samples(), {.l2 = 0.25});
      const double bound = objective.curvature()->smoothness();
      const size_t n = objective.size();
      if (!std::isfinite(max_curvature(problem.loss))) {
        EXPECT_EQ(bound, INFINITY) << loss.name;
        continue;
      }
      Eigen::MatrixXd h(n, n);
      Buffer<double> g(n);
      double largest = 0;
      for (double scale : {0.0, 0.01, 1.0}) {
        std::vector<double> x = point(objective, seed);
        for (double& c : x) c *= scale;
        objective.curvature()->evaluate(x, g);
        objective.curvature()->hessian({h.data(), n * n});
        largest = std::max(largest, h.selfadjointView<Eigen::Lower>().eigenvalues().maxCoeff());
      }
      EXPECT_GE(bound, largest) << loss.name << " " << seed;
      if (loss.kind == LossKind::squared) {
        EXPECT_LE(bound, 1.001 * largest + 0.25) << seed;  // l2 spares the intercept
      }
    }
  }
}

// Where power iteration from the ones vector sees nothing: the columns (1, -1, 0, 0) t and its like
// have their largest eigenvector orthogonal to it.
TEST(LinearObjective, SmoothnessWhereTheFirstVectorIsBlind) {
  Problem problem;
  problem.design = dense(4, 2, {3, -3, -3, 3, 0.5, 0.5, -0.5, -0.5});
  problem.target = {0, 0, 0, 0};
  LinearObjective objective(problem.samples(), {});
  // M = [[4.625, -4.375, 0], [-4.375, 4.625, 0], [0, 0, 1]]: eigenvalues 9, 1, 0.25.
  EXPECT_GE(objective.curvature()->smoothness(), 9);
  EXPECT_LE(objective.curvature()->smoothness(), 9.01);
  // Two eigenvalues closer than power iteration can tell within a few steps.
  problem.design = dense(4, 2, {10, 0, -10, 0, 0, 10.3, 0, -10.3});
  LinearObjective close(problem.samples(), {});
  EXPECT_GE(close.curvature()->smoothness(), 10.3 * 10.3 / 2);
  EXPECT_LE(close.curvature()->smoothness(), 10.4 * 10.4 / 2);
}

TEST(LinearObjective, SmoothnessOfExtremeColumns) {
  for (double scale : {1e-150, 1e-8, 1e8, 1e150}) {
    Problem problem;
    problem.design = dense(3, 2, {scale, 2, -scale, 1, 2 * scale, 0});
    problem.target = {0, 1, 2};
    LinearObjective objective(problem.samples(), {});
    EXPECT_GE(objective.curvature()->smoothness(), std::max(2 * scale * scale, 2.38));
    EXPECT_LE(objective.curvature()->smoothness(), 3 * scale * scale + 4);
  }
}

TEST(LinearObjective, StartHasTheBestIntercept) {
  Problem problem = typical_problem(LossKind::squared, 50, 2, 2);
  double mean = 0;
  for (double y : problem.target) mean += y / 50;
  const Buffer<double> x = LinearObjective(problem.samples(), {}).start();
  EXPECT_EQ(x[0], 0);
  EXPECT_EQ(x[1], 0);
  EXPECT_NEAR(x[2], mean, 1e-14);
  // Off the origin where the box is; the intercept takes the predictions into account.
  LinearObjective held(problem.samples(), {.lower = 2, .upper = 3});
  const Buffer<double> y = held.start();
  EXPECT_EQ(y[0], 2);
  std::vector<double> g(3);
  held.value_and_gradient(y, g);
  EXPECT_NEAR(g[2], 0, 1e-13);
}

// Of least squares the least eigenvalue; elsewhere the intercept, which has no penalty, leaves none.
TEST(LinearObjective, ConvexityIsKnownWhereTheHessianIsConstant) {
  const Problem problem = typical_problem(LossKind::squared, 50, 2, 2);
  LinearObjective objective(problem.samples(), {.l2 = 0.5});
  Curvature& curvature = *objective.curvature();
  const double mu = curvature.convexity();
  EXPECT_GT(mu, 0);
  EXPECT_LE(mu, curvature.smoothness());
  std::vector<double> h(9), d = {0.3, -0.8, 0.5}, hd(3);
  curvature.product(d, hd);
  EXPECT_GE(hd[0] * d[0] + hd[1] * d[1] + hd[2] * d[2], mu * (0.09 + 0.64 + 0.25));
  const Problem other = typical_problem(LossKind::logistic, 50, 2, 2);
  LinearObjective logistic(other.samples(), {.l2 = 0.5});
  EXPECT_EQ(logistic.curvature()->convexity(), 0);
}

}  // namespace
}  // namespace thalweg::testing
