#include "thalweg/optim/method/majorization.hpp"

#include <gtest/gtest.h>

#include "tests/support/quadratic.hpp"
#include "tests/support/typical.hpp"
#include "thalweg/objective/linear.hpp"

namespace thalweg::testing {
namespace {

// Of a quadratic of curvature 4 the step is majorized exactly where t <= 1/4.
TEST(ProximalStep, MajorizedUpToOneOverL) {
  Quadratic quadratic({4});
  State state;
  std::vector<double> y = {1}, g = {4}, u(1), gradient(1);
  for (double t : {0.01, 0.125, 0.25, 0.2500001, 0.5, 100.0}) {
    const ProximalStep step = proximal_step(quadratic, state, y, g, 2, t, u, gradient);
    EXPECT_EQ(step.majorized, t <= 0.25) << t;
    EXPECT_DOUBLE_EQ(u[0], 1 - 4 * t);
    EXPECT_DOUBLE_EQ(gradient[0], 4 * u[0]);
    EXPECT_NEAR(step.length, 4 * t, 1e-15 * (1 + t));
    EXPECT_EQ(step.value, step.smooth);
  }
  EXPECT_EQ(state.evaluations, 6);
}

// Near the minimum of a large value, where values agree to rounding, the gradients decide.
TEST(ProximalStep, DecidesByGradientsAtTheFloor) {
  class Lifted final : public Quadratic {
   public:
    Lifted() : Quadratic({4}) {}
    double value_and_gradient(std::span<const double> x, std::span<double> g) override {
      return 1e10 + Quadratic::value_and_gradient(x, g);
    }
  } lifted;
  State state;
  std::vector<double> y = {1e-6}, g(1), u(1), gradient(1);
  const double f = lifted.value_and_gradient(y, g);
  EXPECT_TRUE(proximal_step(lifted, state, y, g, f, 0.12, u, gradient).majorized);
  EXPECT_FALSE(proximal_step(lifted, state, y, g, f, 0.3, u, gradient).majorized);
}

TEST(ProximalStep, TakesTheProximalStepOfThePenalty) {
  const Problem problem = typical_problem(LossKind::squared, 10, 1, 1);
  LinearObjective objective(problem.samples(), {.l1 = 2, .upper = 0.5});
  State state;
  std::vector<double> y = {0, 0}, g = {-3, 1}, u(2), gradient(2);
  const ProximalStep step = proximal_step(objective, state, y, g, 1, 0.25, u, gradient);
  EXPECT_EQ(u[0], 0.25);  // shrunk from 0.75 by 0.5
  EXPECT_EQ(u[1], -0.25);
  EXPECT_DOUBLE_EQ(step.value, step.smooth + 0.5);
}

TEST(ProximalStep, TheStateMovesAndWhatItLeftIsKept) {
  State state;
  state.x = Buffer<double>(2, 1.0);
  state.gradient = Buffer<double>(2, 2.0);
  Buffer<double> u(2, 3.0), gradient(2, 4.0);
  move_to(u, gradient, 5, 6, state);
  EXPECT_EQ(state.x[1], 3);
  EXPECT_EQ(state.gradient[0], 4);
  EXPECT_EQ(state.smooth, 5);
  EXPECT_EQ(state.value, 6);
  EXPECT_EQ(u[0], 1);
  EXPECT_EQ(gradient[1], 2);
}

}  // namespace
}  // namespace thalweg::testing
