#include "thalweg/optim/method/newton.hpp"

#include <gtest/gtest.h>

#include "tests/support/quadratic.hpp"
#include "tests/support/reference_data.hpp"
#include "tests/support/typical.hpp"
#include "thalweg/objective/linear.hpp"
#include "thalweg/optim/vector.hpp"

namespace thalweg::testing {
namespace {

TEST(Newton, LeastSquaresInOneStep) {
  const Problem problem = typical_problem(LossKind::squared, 100, 5, 4);
  LinearObjective objective(problem.samples(), {.l2 = 0.1});
  auto method = make_method("newton");
  State state = state_at(std::vector<double>(6, 3.0));
  method->init(objective, state);
  const double before = norm(state.gradient);
  const Advance advance = step(*method, objective, state);
  EXPECT_EQ(advance.step_size, 1);
  EXPECT_LE(norm(state.gradient), 1e-13 * before);
}

// scikit-learn 1.x, LogisticRegression(C=1/(l2 n)), solver newton-cholesky
// (tests/oracle/methods.py).
TEST(Newton, LogisticAsScikitLearn) {
  const Problem problem = reference_problem(LossKind::logistic);
  LinearObjective objective(problem.samples(), {.l2 = 0.1});
  for (const char* name : {"newton", "lbfgs", "nesterov", "gradient_descent"}) {
    auto method = make_method(name);
    State state = state_at(objective.start());
    method->init(objective, state);
    for (int k = 0; k < 500 && norm(state.gradient) > 1e-12; ++k) step(*method, objective, state);
    EXPECT_NEAR(state.x[0], 0.4025952511765374, 1e-9) << name;
    EXPECT_NEAR(state.x[1], -0.26241877407962283, 1e-9) << name;
    EXPECT_NEAR(state.x[2], -0.23151763499123423, 1e-9) << name;
    EXPECT_NEAR(state.x[3], -0.09317005011216876, 1e-9) << name;
    EXPECT_NEAR(state.value, 0.651639928679218, 1e-14) << name;
  }
}

// The factor is kept only while the decrement falls by a hundred a step; with a new one it falls by
// more, so that the gradient falls by five at least.
TEST(Newton, FallsFastNearTheMinimizer) {
  const Problem problem = typical_problem(LossKind::poisson, 300, 4, 4);
  LinearObjective objective(problem.samples(), {.l2 = 1e-3});
  auto method = make_method("newton");
  State state = state_at(objective.start());
  method->init(objective, state);
  double before = norm(state.gradient);
  for (int k = 0; k < 12 && before > 1e-12; ++k) {
    step(*method, objective, state);
    const double now = norm(state.gradient);
    if (before < 1e-2) {
      EXPECT_LE(now, before / 5 + 1e-15) << k;
    }
    before = now;
  }
  EXPECT_LE(before, 1e-12);
}

// From far outside, where a full step of a Poisson loss overflows, halving finds the way.
TEST(Newton, GlobalFromFarAway) {
  const Problem problem = typical_problem(LossKind::poisson, 300, 2, 4);
  LinearObjective objective(problem.samples(), {.l2 = 1e-3});
  auto method = make_method("newton");
  State state = state_at(std::vector<double>{-30, 20, -40});
  method->init(objective, state);
  ASSERT_TRUE(std::isfinite(state.value));
  double before = state.value;
  for (int k = 0; k < 300 && norm(state.gradient) > 1e-11; ++k) {
    step(*method, objective, state);
    EXPECT_LE(state.value, before * (1 + 1e-14));
    before = state.value;
  }
  EXPECT_LE(norm(state.gradient), 1e-11);
}

TEST(Newton, SingularHessianStillDescends) {
  Problem problem = typical_problem(LossKind::squared, 50, 2, 4);
  auto& design = std::get<DenseMatrix<double>>(problem.design);
  for (size_t i = 0; i < 50; ++i) design.data[2 * i + 1] = design.data[2 * i];
  LinearObjective objective(problem.samples(), {});
  auto method = make_method("newton");
  State state = state_at(objective.start());
  method->init(objective, state);
  const double before = norm(state.gradient);
  for (int k = 0; k < 3; ++k) step(*method, objective, state);
  EXPECT_LE(norm(state.gradient), 1e-10 * before);
  EXPECT_LE(std::abs(state.x[0]), 10);
}

}  // namespace
}  // namespace thalweg::testing
