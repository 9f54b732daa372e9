#include "thalweg/optim/method/lbfgs.hpp"

#include <gtest/gtest.h>

#include "tests/support/quadratic.hpp"
#include "thalweg/optim/vector.hpp"

namespace thalweg::testing {
namespace {

// f = 100 (x1 - x0^2)^2 + (1 - x0)^2, minimum 0 at (1, 1).
class Rosenbrock final : public Quadratic {
 public:
  Rosenbrock() : Quadratic({1, 1}) {}
  Curvature* curvature() override { return nullptr; }
  double value_and_gradient(std::span<const double> x, std::span<double> g) override {
    const double a = x[1] - x[0] * x[0], b = 1 - x[0];
    g[0] = -400 * a * x[0] - 2 * b;
    g[1] = 200 * a;
    return 100 * a * a + b * b;
  }
};

TEST(Lbfgs, Rosenbrock) {
  Rosenbrock rosenbrock;
  auto method = make_method("lbfgs");
  State state = state_at(std::vector<double>{-1.2, 1});
  method->init(rosenbrock, state);
  for (int k = 0; k < 60 && norm(state.gradient) > 1e-10; ++k) step(*method, rosenbrock, state);
  EXPECT_NEAR(state.x[0], 1, 1e-9);
  EXPECT_NEAR(state.x[1], 1, 1e-9);
  EXPECT_LE(state.evaluations, 80);  // SciPy's L-BFGS-B takes 44
}

// With as many pairs as unknowns the last factors shrink: faster than any line.
TEST(Lbfgs, SuperlinearOnQuadratics) {
  Quadratic quadratic({1, 3, 10, 30, 100});
  auto method = make_method("lbfgs");
  State state = state_at(std::vector<double>(5, 1.0));
  method->init(quadratic, state);
  int k = 0;
  while (norm(state.gradient) > 1e-12 && k < 100) step(*method, quadratic, state), ++k;
  EXPECT_LE(k, 30);  // gradient descent: a factor 0.98 a step, 1,500 steps
}

TEST(Lbfgs, KeepsAtMostItsMemory) {
  std::vector<double> diagonal;
  for (int j = 1; j <= 30; ++j) diagonal.push_back(j * j);
  Quadratic quadratic(diagonal);
  auto method = make_method("lbfgs", {{"history_size", "3"}});
  State state = state_at(std::vector<double>(30, 1.0));
  method->init(quadratic, state);
  double before = state.value;
  for (int k = 0; k < 40; ++k) {
    step(*method, quadratic, state);
    EXPECT_LE(state.memory["s"].size(), 90u);
    EXPECT_EQ(state.memory["s"].size(), state.memory["y"].size());
    EXPECT_LT(state.value, before);
    before = state.value;
  }
}

TEST(Lbfgs, NoStepAtTheMinimum) {
  Quadratic quadratic({1, 2});
  auto method = make_method("lbfgs");
  State state = state_at(std::vector<double>{0, 0});
  method->init(quadratic, state);
  const Advance advance = step(*method, quadratic, state);
  EXPECT_FALSE(advance.progress);
  EXPECT_EQ(advance.predicted_decrease, 0);
  EXPECT_EQ(state.value, 0);
}

}  // namespace
}  // namespace thalweg::testing
