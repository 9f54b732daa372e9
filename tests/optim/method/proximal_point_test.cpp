#include "thalweg/optim/method/proximal_point.hpp"

#include <gtest/gtest.h>

#include "tests/support/quadratic.hpp"
#include "tests/support/reference_data.hpp"
#include "tests/support/typical.hpp"
#include "thalweg/kernel/loss/scalar.hpp"
#include "thalweg/objective/linear.hpp"
#include "thalweg/optim/vector.hpp"

namespace thalweg::testing {
namespace {

// CVXPY with Clarabel at its tightest (tests/oracle/methods.py).
TEST(ProximalPoint, HingeAsCvxpy) {
  const Problem problem = reference_problem(LossKind::hinge);
  LinearObjective objective(problem.samples(), {.l2 = 0.1});
  auto method = make_method("proximal_point");
  State state = state_at(objective.start());
  method->init(objective, state);
  for (int k = 0; k < 30; ++k) step(*method, objective, state);
  EXPECT_NEAR(state.value, 0.8456448137888627, 1e-11);
  EXPECT_NEAR(state.x[0], 0.491228070, 1e-8);
  EXPECT_NEAR(state.x[1], -0.0701754386, 1e-8);
  EXPECT_NEAR(state.x[2], 0, 1e-8);
}

// The dual point stays in the box -y a, a in [0, 1], and with it the Fenchel-Young terms vanish.
TEST(ProximalPoint, PrimalAndDualMeet) {
  for (const NamedPenalty& named : typical_penalties()) {
    const Problem problem = typical_problem(LossKind::hinge, 100, 3, 8);
    LinearObjective objective(problem.samples(), named.penalty);
    auto method = make_method("proximal_point");
    State state = state_at(objective.start());
    method->init(objective, state);
    for (int k = 0; k < 40; ++k) step(*method, objective, state);
    const std::span<const double> theta = method->dual(state);
    std::vector<double> z(100);
    predict(problem.design, 1, state.x, z);
    double apart = 0;
    for (size_t i = 0; i < 100; ++i) {
      EXPECT_EQ(clip_dual(problem.loss, theta[i], problem.target[i]), theta[i]);
      apart += fenchel_young(problem.loss, z[i], theta[i], problem.target[i]) / 100;
    }
    EXPECT_LE(apart, 1e-12) << named.name;
    // The gradient held is the one of that dual point: the least subgradient shows the minimum.
    std::vector<double> least(4);
    std::copy(state.gradient.begin(), state.gradient.end(), least.begin());
    if (objective.composite())
      objective.composite()->minimal_subgradient(state.x, state.gradient, least);
    EXPECT_LE(norm(least), 1e-9) << named.name;
  }
}

}  // namespace
}  // namespace thalweg::testing
