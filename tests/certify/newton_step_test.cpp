#include "thalweg/certify/newton_step.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "tests/certify/cases.hpp"
#include "thalweg/certify/dual.hpp"

namespace thalweg {
namespace {

using testing::Dense;

// H_F d = -g_F, by the Hessian's products and not by the factor.
TEST(NewtonStep, SolvesItsSystemOnTheFreeCoordinates) {
  testing::for_each_case([](const verifier::Case& c, Dense& problem) {
    const LinearPredictor& predictor = problem.predictor;
    if (!loss_row(predictor.samples.loss.kind).smooth) return;
    const std::vector<double> theta = derivatives(predictor.samples, problem.z);
    const NewtonStep step = newton_step(predictor, problem.x, problem.z, theta);
    const size_t size = problem.x.size(), weights = size - predictor.samples.outputs;
    std::vector<double> hd(size);
    hessian_product(predictor.samples, step.curvature, step.d, hd);
    double worst = 0, largest = 0;
    for (size_t j = 0; j < size; ++j) {
      const bool held = j < weights && ((predictor.penalty.l1 > 0 && problem.x[j] == 0) ||
                                        problem.x[j] <= predictor.penalty.lower ||
                                        problem.x[j] >= predictor.penalty.upper);
      if (held) {
        EXPECT_EQ(step.d[j], 0) << c.name;
        continue;
      }
      if (j < weights) hd[j] += predictor.penalty.l2 * step.d[j];
      worst = std::max(worst, std::abs(hd[j] + step.gradient[j]));
      largest = std::max(largest, std::abs(step.gradient[j]));
    }
    EXPECT_LE(worst, 1e-9 * largest + 1e-18) << c.name;
  });
}

TEST(NewtonStep, TheLeastSubgradientKnowsBoundsAndTheKink) {
  Dense problem(2, 3, {1, 0, 0, 0, 1, 1}, {1, -1}, LossKind::squared);
  const std::vector<double> theta = derivatives(problem.predictor.samples, problem.z);
  Penalty& r = problem.predictor.penalty;
  // Gradient at 0: (-1/2, 1/2, 1/2), intercept 0.
  EXPECT_EQ(least_subgradient(problem.predictor, problem.x, theta),
            (std::vector<double>{-0.5, 0.5, 0.5, 0}));
  r.l1 = 0.25;
  EXPECT_EQ(least_subgradient(problem.predictor, problem.x, theta),
            (std::vector<double>{-0.25, 0.25, 0.25, 0}));
  r.l1 = 0;
  r.lower = 0;
  EXPECT_EQ(least_subgradient(problem.predictor, problem.x, theta),
            (std::vector<double>{-0.5, 0, 0, 0}));
}

}  // namespace
}  // namespace thalweg
