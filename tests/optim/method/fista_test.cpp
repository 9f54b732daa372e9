#include "thalweg/optim/method/fista.hpp"

#include <gtest/gtest.h>

#include "tests/support/quadratic.hpp"
#include "tests/support/typical.hpp"
#include "thalweg/objective/linear.hpp"
#include "thalweg/optim/vector.hpp"

namespace thalweg::testing {
namespace {

// value - minimum <= 2 L |x0 - x*|^2 / (k + 1)^2 up to the first restart, with step 1/L. (The
// factor of Beck and Teboulle's theorem 4.4; with growing steps there is no such bound.)
TEST(Nesterov, NeverAboveItsBoundBeforeTheFirstRestart) {
  std::vector<double> diagonal;
  for (int j = 0; j < 60; ++j) diagonal.push_back(4 * std::pow(0.75, j));
  Quadratic quadratic(diagonal);
  auto method = make_method("nesterov", {{"step_size", "0.25"}});
  State state = state_at(std::vector<double>(60, 1.0));
  method->init(quadratic, state);
  double theta = 1;
  int k = 1;
  for (; k <= 2000; ++k) {
    step(*method, quadratic, state);
    const double next = (1 + std::sqrt(1 + 4 * theta * theta)) / 2;
    if (state.memory["scalars"][1] < next) break;  // restarted
    theta = next;
    EXPECT_LE(state.value, 2 * 4.0 * 60 / ((k + 1.0) * (k + 1.0))) << k;
  }
  EXPECT_GT(k, 20);
}

// On a condition of 1e4, plain descent with the same step is far behind after 400 steps.
TEST(Nesterov, IsAcceleratedAndRestarts) {
  std::vector<double> diagonal;
  for (int j = 0; j <= 40; ++j) diagonal.push_back(std::pow(10, -j / 10.0));
  double values[2];
  for (int which : {0, 1}) {
    Quadratic quadratic(diagonal);
    auto method = which == 0 ? make_method("nesterov", {{"step_size", "1"}})
                             : make_method("gradient_descent", {{"search", "fixed"}});
    State state = state_at(std::vector<double>(41, 1.0));
    method->init(quadratic, state);
    for (int k = 0; k < 3000; ++k) step(*method, quadratic, state);
    values[which] = state.value;
  }
  EXPECT_LE(values[0], 1e-12);
  EXPECT_GE(values[1], 1e-6);
}

TEST(Fista, ReachesTheComposite) {
  for (LossKind loss : {LossKind::squared, LossKind::logistic, LossKind::poisson}) {
    const Problem problem = typical_problem(loss, 100, 4, 5);
    LinearObjective objective(problem.samples(), {.l1 = 0.05, .lower = -0.3});
    auto method = make_method("fista");
    State state = state_at(objective.start());
    method->init(objective, state);
    for (int k = 0; k < 400; ++k) step(*method, objective, state);
    std::vector<double> least(state.x.size());
    objective.composite()->minimal_subgradient(state.x, state.gradient, least);
    EXPECT_LE(norm(least), 1e-8) << loss_row(loss).name;
  }
}

// Nothing is finite a little beyond the minimum, where momentum leads: it starts again from x.
TEST(Nesterov, RestartsWhereTheExtrapolationIsNotFinite) {
  class Edge final : public Quadratic {
   public:
    Edge() : Quadratic({1}) {}
    double value_and_gradient(std::span<const double> x, std::span<double> g) override {
      const double value = Quadratic::value_and_gradient(x, g);
      return x[0] < -1e-9 ? NAN : value;
    }
  } edge;
  auto method = make_method("nesterov", {{"step_size", "0.01"}});
  State state = state_at(std::vector<double>{1});
  method->init(edge, state);
  for (int k = 0; k < 300; ++k) {
    EXPECT_TRUE(step(*method, edge, state).progress) << k;
    ASSERT_TRUE(std::isfinite(state.value)) << k;
  }
  EXPECT_LE(state.value, 1e-5);
}

TEST(Fista, TheoreticalRate) {
  EXPECT_DOUBLE_EQ(make_method("fista")->theoretical_rate(100, 1), 0.9);
  EXPECT_TRUE(std::isnan(make_method("fista")->theoretical_rate(100, 0)));
  EXPECT_TRUE(std::isnan(make_method("fista")->theoretical_rate(INFINITY, 1)));
}

}  // namespace
}  // namespace thalweg::testing
