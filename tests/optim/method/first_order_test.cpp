#include "thalweg/optim/method/first_order.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "tests/support/exact.hpp"
#include "tests/support/quadratic.hpp"
#include "tests/support/typical.hpp"
#include "thalweg/base/error.hpp"
#include "thalweg/objective/linear.hpp"

namespace thalweg::testing {
namespace {

std::unique_ptr<Method> chain_method(const MethodRow& row, const std::string& chain) {
  Settings settings(row.name, row.options);
  settings.set("chain", chain);
  return row.make(settings);
}

// Chains with a rate that is stable for curvature up to 4, and steps enough. Those whose step does
// not shrink with the gradient need a rate that falls.
struct Way {
  const char* chain;
  int steps;
};
const Way ways[] = {
    {"sgd(0.2)", 400},
    {"clip_global_norm(1) + sgd(0.2)", 400},
    {"clip_value(0.5) + sgd(0.2)", 400},
    {"clip_norm(0.5) + sgd(0.2)", 400},
    {"clip_adaptive(0.5) + sgd(0.2)", 2000},
    {"momentum(0.1)", 600},
    {"nesterov_momentum(0.1)", 600},
    {"adagrad(1)", 1000},
    {"adadelta(20, epsilon=1e-4) + exponential(0.99)", 3000},
    {"rmsprop(0.05) + exponential(0.98)", 2000},
    {"centered_rmsprop(0.05) + exponential(0.98)", 2000},
    {"adam(0.1) + exponential(0.99)", 3000},
    {"adamw(0.1, weight_decay=0) + exponential(0.99)", 3000},
    {"amsgrad(0.1)", 3000},
    {"adamax(0.1) + exponential(0.99)", 3000},
    {"nadam(0.1) + exponential(0.99)", 3000},
    {"radam(0.3) + exponential(0.99)", 3000},
    {"adabelief(0.1) + exponential(0.99)", 3000},
    {"yogi(0.1) + exponential(0.99)", 3000},
    {"lion(0.05) + exponential(0.98)", 2000},
    {"lars(10, weight_decay=0, momentum=0.5, trust=0.02) + exponential(0.99)", 3000},
    {"lamb(0.2, weight_decay=0) + exponential(0.995)", 5000},
    {"adafactor(0.3) + exponential(0.998)", 10000},
    {"muon(0.1, vector_rate=1) + exponential(0.98)", 2000},
    {"shampoo(1)", 1000},
    {"soap(0.1) + exponential(0.98)", 2000},
    {"sophia(0.1, gamma=1, beta1=0.5)", 1000},
    {"prodigy + exponential(0.99)", 3000},
    {"schedule_free_sgd(0.2)", 20000},
    {"sgd(0.2) + lookahead", 800},
    {"centralize + sgd(0.2)", 400},
};

TEST(FirstOrder, FindsTheMinimumOfAQuadratic) {
  for (const Way& way : ways) {
    Quadratic objective({0.5, 1, 2, 4});
    std::unique_ptr<Method> method = chain_method(first_order_row(), way.chain);
    State state = state_at(std::vector<double>{1, -1, 0.5, 1});
    method->init(objective, state);
    double best = state.value;
    for (int k = 0; k < way.steps; ++k) {
      ASSERT_FALSE(step(*method, objective, state).diverged) << way.chain;
      best = std::min(best, state.value);
    }
    EXPECT_LE(state.value, 1e-9) << way.chain << ", best " << best;
  }
}

TEST(FirstOrder, FindsTheMinimumOfALogisticRegression) {
  Problem problem = typical_problem(LossKind::logistic, 60, 3, 5);
  problem.penalty = {.l2 = 0.1};
  const double minimum = static_cast<double>(exact_minimum(problem).value);
  LinearObjective objective(problem.samples(), problem.penalty);
  for (const Way& way : ways) {
    std::unique_ptr<Method> method = chain_method(first_order_row(), way.chain);
    State state = state_at(objective.start());
    method->init(objective, state);
    for (int k = 0; k < way.steps; ++k) step(*method, objective, state);
    EXPECT_LE(state.value - minimum, 1e-9) << way.chain;
  }
}

TEST(FirstOrder, ReportsTheMeanOfScheduleFree) {
  Quadratic objective({1, 4});
  FirstOrder method(parse_chain("schedule_free_sgd(0.2) + constant"));
  State state = state_at(std::vector<double>{1, 1});
  method.init(objective, state);
  for (int k = 0; k < 200; ++k) step(method, objective, state);
  std::vector<double> mean(2);
  EXPECT_TRUE(method.report(objective, state, mean));
  EXPECT_NE(mean[0], state.x[0]);
  EXPECT_LE(objective.value(mean), 1e-3);
}

TEST(FirstOrder, StaysAtTheLastFinitePointAndSaysSo) {
  Quadratic objective({1e300, 1});
  std::unique_ptr<Method> method = chain_method(first_order_row(), "sgd(1)");
  State state = state_at(std::vector<double>{1e3, 1});
  method->init(objective, state);
  EXPECT_TRUE(step(*method, objective, state).diverged);
  EXPECT_EQ(state.x[0], 1e3);
  EXPECT_EQ(state.gradient[0], 1e303);
}

TEST(FirstOrder, TheScheduleScalesTheRateAndAPlateauWatchesTheValue) {
  Quadratic objective({1, 1});
  std::unique_ptr<Method> method = chain_method(first_order_row(), "sgd(0.5) + step(2, gamma=0.5)");
  State state = state_at(std::vector<double>{1, 1});
  method->init(objective, state);
  std::vector<double> rates;
  for (int k = 0; k < 5; ++k) rates.push_back(step(*method, objective, state).learning_rate);
  EXPECT_EQ(rates, (std::vector<double>{0.5, 0.5, 0.25, 0.25, 0.125}));

  // A rate of 2 over the curvature neither rises nor falls.
  method = chain_method(first_order_row(), "sgd(2) + plateau(3, gamma=0.25)");
  state = state_at(std::vector<double>{1, 1});
  method->init(objective, state);
  for (int k = 0; k < 10; ++k) step(*method, objective, state);
  EXPECT_LT(state.value, 0.5);
}

TEST(FirstOrder, GoesOnBitForBitFromItsState) {
  for (const TransformRow& row : transforms()) {
    const bool steps = Settings("", row.options).has("learning_rate");
    const bool behind = row.place == TransformPlace::point;
    const std::string chain = (steps    ? row.name
                               : behind ? "sgd + " + row.name
                                        : row.name + " + sgd") +
                              " + linear(50)";
    Quadratic objective({0.5, 1, 2, 4});
    std::unique_ptr<Method> first = chain_method(first_order_row(), chain);
    State a = state_at(std::vector<double>{1, -1, 0.5, 1}), b;
    first->init(objective, a);
    std::unique_ptr<Method> second = chain_method(first_order_row(), chain);
    for (int k = 0; k < 30; ++k) {
      step(*first, objective, a);
      if (k == 12) b = a;
      if (k > 12) step(*second, objective, b);
    }
    for (size_t i = 0; i < 4; ++i) EXPECT_EQ(a.x[i], b.x[i]) << chain;
  }
}

TEST(FirstOrder, SamTakesTheGradientOfTheSteepestNeighbor) {
  Quadratic objective({1, 4});
  std::unique_ptr<Method> method = chain_method(first_order_row(), "sam(0.5) + sgd(0.1)");
  State state = state_at(std::vector<double>{1, 1});
  method->init(objective, state);
  step(*method, objective, state);
  // g = (1, 4): x + 0.5 g / sqrt(17), then h times that.
  const double scale = 0.5 / std::sqrt(17.0);
  EXPECT_DOUBLE_EQ(state.x[0], 1 - 0.1 * (1 + scale));
  EXPECT_DOUBLE_EQ(state.x[1], 1 - 0.1 * 4 * (1 + 4 * scale));
}

}  // namespace
}  // namespace thalweg::testing
