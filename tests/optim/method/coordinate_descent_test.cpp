#include "thalweg/optim/method/coordinate_descent.hpp"

#include <gtest/gtest.h>

#include "tests/support/quadratic.hpp"
#include "tests/support/reference_data.hpp"
#include "tests/support/typical.hpp"
#include "thalweg/objective/linear.hpp"
#include "thalweg/optim/vector.hpp"

namespace thalweg::testing {
namespace {

// scikit-learn, Lasso(alpha=0.3) (tests/oracle/methods.py).
TEST(CoordinateDescent, LassoAsScikitLearn) {
  const Problem problem = reference_problem(LossKind::squared);
  LinearObjective objective(problem.samples(), {.l1 = 0.3});
  auto method = make_method("coordinate_descent");
  State state = state_at(objective.start());
  method->init(objective, state);
  step(*method, objective, state);  // the model is the objective
  EXPECT_NEAR(state.x[0], 1.2753393046660537, 1e-9);
  EXPECT_NEAR(state.x[1], 0.23084819953421692, 1e-9);
  EXPECT_NEAR(state.x[2], -0.05660700186775076, 1e-9);
  EXPECT_NEAR(state.x[3], -0.0362905591738544, 1e-9);
  EXPECT_NEAR(state.value, 1.2816005409262363, 1e-14);
}

// Every smooth loss with every penalty: the least subgradient vanishes, superlinearly, in the box.
TEST(CoordinateDescent, EveryLossAndPenalty) {
  for (const LossRow& loss : losses()) {
    if (!loss.smooth) continue;
    for (const NamedPenalty& named : typical_penalties()) {
      const Problem problem = typical_problem(loss.kind, 150, 4, 8);
      LinearObjective objective(problem.samples(), named.penalty);
      auto method = make_method("coordinate_descent");
      State state = state_at(objective.start());
      method->init(objective, state);
      std::vector<double> least(state.x.size());
      auto residual = [&] {
        std::copy(state.gradient.begin(), state.gradient.end(), least.begin());
        if (objective.composite())
          objective.composite()->minimal_subgradient(state.x, state.gradient, least);
        return norm(least);
      };
      const double first = residual();
      double value = state.value;
      int k = 0;
      while (residual() > 1e-11 * first && ++k < 60) {
        if (!step(*method, objective, state).progress) break;
        EXPECT_LE(state.value, value + 1e-14 * std::abs(value)) << loss.name << " " << named.name;
        value = state.value;
      }
      EXPECT_LE(residual(), 1e-10 * first) << loss.name << " " << named.name;
      EXPECT_LE(k, 30) << loss.name << " " << named.name;
      EXPECT_TRUE(std::isfinite(state.value)) << loss.name << " " << named.name;
    }
  }
}

TEST(CoordinateDescent, LargeL1LeavesZeros) {
  const Problem problem = typical_problem(LossKind::logistic, 100, 5, 2);
  LinearObjective objective(problem.samples(), {.l1 = 10});
  auto method = make_method("coordinate_descent");
  State state = state_at(std::vector<double>(6, 0.7));
  method->init(objective, state);
  for (int k = 0; k < 10; ++k) step(*method, objective, state);
  for (size_t j = 0; j < 5; ++j) EXPECT_EQ(state.x[j], 0);
}

// A column of zeros and one that is a copy.
TEST(CoordinateDescent, DegenerateColumns) {
  Problem problem = typical_problem(LossKind::squared, 50, 3, 2);
  auto& design = std::get<DenseMatrix<double>>(problem.design);
  for (size_t i = 0; i < 50; ++i) {
    design.data[3 * i + 1] = 0;
    design.data[3 * i + 2] = design.data[3 * i];
  }
  for (const Penalty penalty :
       {Penalty{.l1 = 0.05}, Penalty{.lower = 0}, Penalty{.l1 = 0.05, .lower = 1, .upper = 2}}) {
    LinearObjective objective(problem.samples(), penalty);
    auto method = make_method("coordinate_descent");
    State state = state_at(objective.start());
    method->init(objective, state);
    for (int k = 0; k < 5; ++k) step(*method, objective, state);
    std::vector<double> least(4);
    objective.composite()->minimal_subgradient(state.x, state.gradient, least);
    EXPECT_LE(norm(least), 1e-10);
  }
}

}  // namespace
}  // namespace thalweg::testing
