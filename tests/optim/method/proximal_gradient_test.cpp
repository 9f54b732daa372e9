#include "thalweg/optim/method/proximal_gradient.hpp"

#include <gtest/gtest.h>

#include "tests/support/quadratic.hpp"
#include "tests/support/typical.hpp"
#include "thalweg/base/error.hpp"
#include "thalweg/objective/linear.hpp"
#include "thalweg/optim/vector.hpp"

namespace thalweg::testing {
namespace {

TEST(GradientDescent, OneStepByHand) {
  Quadratic quadratic({1, 4});
  auto method = make_method("gradient_descent", {{"search", "fixed"}, {"step_size", "0.125"}});
  State state = state_at(std::vector<double>{2, 1});
  method->init(quadratic, state);
  EXPECT_EQ(state.value, 4);
  const Advance advance = step(*method, quadratic, state);
  EXPECT_EQ(state.x[0], 1.75);
  EXPECT_EQ(state.x[1], 0.5);
  EXPECT_EQ(state.value, 0.5 * 1.75 * 1.75 + 2 * 0.25);
  EXPECT_EQ(advance.step_size, 0.125);
  EXPECT_DOUBLE_EQ(advance.update_norm, std::hypot(0.25, 0.5));
}

// value - minimum <= |x0 - x*|^2 / (2 t k) at every step, of every search with t <= 1/L; the
// eigenvalues crowd at 0, where descent is slowest.
TEST(GradientDescent, NeverAboveItsBound) {
  std::vector<double> diagonal;
  for (int j = 0; j < 40; ++j) diagonal.push_back(4 * std::pow(0.7, j));
  Quadratic quadratic(diagonal);
  const std::vector<double> x0(40, 1.0);
  auto method = make_method("gradient_descent", {{"search", "fixed"}});
  State state = state_at(x0);
  method->init(quadratic, state);
  for (int k = 1; k <= 400; ++k) {
    step(*method, quadratic, state);
    EXPECT_LE(state.value, 40 * 4.0 / (2.0 * k)) << k;
    // The sharp constant (Drori, Teboulle 2014): L |x0 - x*|^2 / (4k + 2).
    EXPECT_LE(state.value, 40 * 4.0 / (4.0 * k + 2)) << k;
  }
}

// (1 - mu/L)^2 a step in value along the flattest direction; theory's factor is that number.
TEST(GradientDescent, AttainsItsRate) {
  Quadratic quadratic({1, 10});
  auto method = make_method("gradient_descent", {{"search", "fixed"}});
  State state = state_at(std::vector<double>{1, 1});
  method->init(quadratic, state);
  double before = state.value;
  for (int k = 1; k <= 30; ++k) {
    before = state.value;
    step(*method, quadratic, state);
  }
  EXPECT_NEAR(state.value / before, 0.81, 1e-12);
  EXPECT_NEAR(method->theoretical_rate(10, 1), 0.81, 1e-15);
  // 2/(L + mu) is best: ((kappa - 1)/(kappa + 1))^2.
  auto best = make_method("gradient_descent",
                          {{"search", "fixed"}, {"step_size", fmt::format("{}", 2.0 / 11)}});
  EXPECT_NEAR(best->theoretical_rate(10, 1), 81.0 / 121, 1e-14);
  EXPECT_TRUE(std::isnan(method->theoretical_rate(10, 0)));
  EXPECT_TRUE(std::isnan(make_method("gradient_descent")->theoretical_rate(10, 1)));
}

TEST(GradientDescent, AboveTwoOverLDivergesAndSaysSo) {
  Quadratic quadratic({1, 10});
  auto method = make_method("gradient_descent", {{"search", "fixed"}, {"step_size", "0.3"}});
  State state = state_at(std::vector<double>{1, 1});
  method->init(quadratic, state);
  Advance advance;
  int steps = 0;
  do advance = step(*method, quadratic, state);
  while (advance.progress && ++steps < 2000);
  EXPECT_TRUE(advance.diverged);
  EXPECT_LT(steps, 2000);
  EXPECT_TRUE(std::isfinite(state.value));
}

TEST(GradientDescent, SearchesReachTheMinimum) {
  std::vector<double> diagonal;
  for (int j = 0; j < 20; ++j) diagonal.push_back(std::pow(10, j / 10.0));
  for (const char* search : {"fixed", "armijo", "barzilai_borwein"}) {
    Quadratic quadratic(diagonal);
    auto method = make_method("gradient_descent", {{"search", search}});
    State state = state_at(std::vector<double>(20, 1.0));
    method->init(quadratic, state);
    double start = state.value;
    for (int k = 0; k < 1500; ++k) step(*method, quadratic, state);
    EXPECT_LE(state.value, 1e-12 * start) << search;
  }
}

// Armijo's values never rise; Barzilai-Borwein's never above the largest of the last ten.
TEST(GradientDescent, SearchesKeepTheirPromise) {
  const Problem problem = typical_problem(LossKind::poisson, 200, 4, 3);
  for (const std::string search : {"armijo", "barzilai_borwein"}) {
    LinearObjective objective(problem.samples(), {.l2 = 1e-3});
    auto method = make_method("gradient_descent", {{"search", search}});
    State state = state_at(objective.start());
    method->init(objective, state);
    std::vector<double> values = {state.value};
    for (int k = 0; k < 60; ++k) {
      if (!step(*method, objective, state).progress) {
        EXPECT_LE(norm(state.gradient), 1e-13) << search;
        break;
      }
      const size_t window = search == "armijo" ? 1 : 10;
      const size_t from = values.size() > window ? values.size() - window : 0;
      const double allowed = *std::max_element(values.begin() + long(from), values.end());
      EXPECT_LE(state.value, allowed + 1e-14) << search << " " << k;
      values.push_back(state.value);
    }
  }
}

TEST(GradientDescent, FixedNeedsALipschitzConstant) {
  const Problem problem = typical_problem(LossKind::poisson, 20, 2, 3);
  LinearObjective objective(problem.samples(), {});
  auto method = make_method("gradient_descent", {{"search", "fixed"}});
  State state = state_at(objective.start());
  try {
    method->init(objective, state);
    FAIL();
  } catch (const Error& error) {
    EXPECT_STREQ(error.what(),
                 "search=fixed: this loss has no Lipschitz constant to take 1/L from; set "
                 "step_size or use search=armijo");
  }
}

// Every search ends where the subgradient vanishes, inside the box.
TEST(ProximalGradient, ReachesTheComposite) {
  const Problem problem = typical_problem(LossKind::squared, 100, 4, 5);
  for (const char* search : {"fixed", "armijo", "barzilai_borwein"}) {
    LinearObjective objective(problem.samples(), {.l1 = 0.1, .lower = -0.2, .upper = 0.2});
    auto method = make_method("proximal_gradient", {{"search", search}});
    State state = state_at(objective.start());
    method->init(objective, state);
    for (int k = 0; k < 300; ++k) step(*method, objective, state);
    std::vector<double> least(state.x.size());
    objective.composite()->minimal_subgradient(state.x, state.gradient, least);
    EXPECT_LE(norm(least), 1e-9) << search;
    EXPECT_TRUE(std::isfinite(state.value));
  }
}

}  // namespace
}  // namespace thalweg::testing
