#include "thalweg/optim/method.hpp"

#include <gtest/gtest.h>

#include "tests/support/quadratic.hpp"
#include "tests/support/typical.hpp"
#include "thalweg/base/error.hpp"
#include "thalweg/objective/linear.hpp"

namespace thalweg::testing {
namespace {

// The message of the refusal, "" where the method may run.
std::string refusal(std::string_view method, Objective& objective) {
  try {
    check_needs(find(methods(), "method", method), objective);
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

// What only has values and gradients.
class Plain final : public Quadratic {
 public:
  Plain() : Quadratic({1, 2}) {}
  Curvature* curvature() override { return nullptr; }
};

TEST(CheckNeeds, NamesTheMethodAndWhatIsLacking) {
  const Problem squared = typical_problem(LossKind::squared, 10, 2, 1);
  const Problem hinge = typical_problem(LossKind::hinge, 10, 2, 1);
  LinearObjective smooth(squared.samples(), {}), composite(squared.samples(), {.l1 = 1});
  LinearObjective kinked(hinge.samples(), {.l2 = 1});
  Plain plain;
  EXPECT_EQ(refusal("newton", smooth), "");
  EXPECT_EQ(refusal("newton", composite),
            "method newton: needs a smooth objective, this one has l1 or bounds; use "
            "coordinate_descent, fista or proximal_gradient");
  EXPECT_EQ(refusal("newton", plain),
            "method newton: needs second derivatives, which this objective does not have");
  EXPECT_EQ(refusal("lbfgs", plain), "");
  EXPECT_EQ(refusal("lbfgs", kinked),
            "method lbfgs: needs a differentiable loss, hinge is not; use proximal_point or the "
            "squared_hinge loss");
  EXPECT_EQ(refusal("proximal_point", smooth), "method proximal_point: is for the hinge loss only");
  EXPECT_EQ(refusal("proximal_point", kinked), "");
  Quadratic quadratic({1, 2});
  EXPECT_EQ(refusal("coordinate_descent", quadratic),
            "method coordinate_descent: needs a linear model");
}

TEST(Evaluate, CountsEvaluationsAndSamples) {
  const Problem problem = typical_problem(LossKind::squared, 10, 2, 1);
  LinearObjective objective(problem.samples(), {.l1 = 2});
  State state;
  std::vector<double> x = {1, -1, 0}, g(3);
  const double value = evaluate(objective, state, x, g);
  EXPECT_EQ(evaluate_curved(objective, state, x, g), value);
  EXPECT_EQ(state.evaluations, 2);
  EXPECT_EQ(state.samples, 20);
  EXPECT_EQ(composite_value(objective, x), 4);
  Quadratic quadratic({1, 2});
  EXPECT_EQ(composite_value(quadratic, x), 0);
}

}  // namespace
}  // namespace thalweg::testing
