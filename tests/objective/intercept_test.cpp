#include "thalweg/objective/intercept.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "tests/support/typical.hpp"
#include "thalweg/base/random.hpp"
#include "thalweg/kernel/loss/scalar.hpp"
#include "thalweg/kernel/loss/softmax.hpp"

namespace thalweg::testing {
namespace {

// z, targets and weights as they are, without a design.
struct Bare {
  Loss loss;
  std::vector<double> z, target, weight;
  size_t outputs = 1;

  Samples samples() const {
    Samples out;
    out.target = target;
    out.weight = weight;
    for (size_t i = 0; i < target.size(); ++i) out.total_weight += weight.empty() ? 1 : weight[i];
    out.loss = loss;
    out.outputs = outputs;
    return out;
  }
  double value(std::span<const double> at) const {
    double sum = 0;
    for (size_t i = 0; i < target.size(); ++i) {
      const double s = weight.empty() ? 1 : weight[i];
      if (s == 0) continue;
      sum += s * (loss.kind == LossKind::softmax
                      ? softmax_value(at.subspan(i * outputs, outputs), size_t(target[i]))
                      : loss_value(loss, at[i], target[i]));
    }
    return sum / samples().total_weight;
  }
};

Bare bare(LossKind kind, std::vector<double> z, std::vector<double> target,
          std::vector<double> weight = {}) {
  Bare out;
  out.loss.kind = kind;
  out.z = std::move(z), out.target = std::move(target), out.weight = std::move(weight);
  return out;
}

// The shift found, NaN where it was refused.
double shift_of(const Bare& problem) {
  std::vector<double> z = problem.z, intercept = {0.0};
  const bool found = minimize_intercept(problem.samples(), z, intercept);
  if (!found) {
    for (size_t i = 0; i < z.size(); ++i) {
      EXPECT_TRUE(z[i] == problem.z[i] || std::isnan(z[i]));
    }
    EXPECT_EQ(intercept[0], 0);
    return NAN;
  }
  const double shift = intercept[0];
  for (size_t i = 0; i < z.size(); ++i)
    EXPECT_NEAR(z[i] - problem.z[i], shift, 1e-14 * (1 + std::abs(shift) + std::abs(z[i])));
  return shift;
}

TEST(MinimizeIntercept, KnownMinimizers) {
  EXPECT_DOUBLE_EQ(shift_of(bare(LossKind::squared, {0, 0}, {1, 4}, {1, 2})), 3);
  EXPECT_NEAR(shift_of(bare(LossKind::logistic, {0, 0, 0, 0}, {1, 0, 1, 1})), std::log(3), 1e-15);
  EXPECT_NEAR(shift_of(bare(LossKind::poisson, {0, std::log(3)}, {2, 6})), std::log(2), 1e-15);
  EXPECT_NEAR(shift_of(bare(LossKind::gamma, {0, 0}, {2, 6})), std::log(4), 1e-15);
  EXPECT_NEAR(shift_of(bare(LossKind::huber, {0, 0, 0}, {0, 1, 100})), 1, 1e-15);
  // Slopes -2(1 - c) for 1 and 2(1 + c) for 0, weights 3 and 1: c = 1/2.
  EXPECT_NEAR(shift_of(bare(LossKind::squared_hinge, {0, 0}, {1, 0}, {3, 1})), 0.5, 1e-15);
  EXPECT_NEAR(shift_of(bare(LossKind::hinge, {0, 0}, {1, 0}, {3, 1})), 1, 1e-12);
}

// No neighboring intercept is better, for every loss on random data.
TEST(MinimizeIntercept, NoNeighborIsBetter) {
  for (const LossRow& loss : losses())
    for (uint64_t seed = 0; seed < 5; ++seed) {
      const Problem problem = typical_problem(loss.kind, 80, 1, seed);
      Bare data = bare(loss.kind, {}, problem.target);
      data.outputs = problem.outputs;
      Random random(seed, 4);
      for (size_t i = 0; i < 80 * data.outputs; ++i) data.z.push_back(2 * random.normal());
      for (size_t i = 0; i < 80; ++i) data.weight.push_back(std::floor(3 * random.uniform()));
      std::vector<double> z = data.z, intercepts(data.outputs, 0.0);
      ASSERT_TRUE(minimize_intercept(data.samples(), z, intercepts)) << loss.name;
      const double best = data.value(z);
      EXPECT_LE(best, data.value(data.z)) << loss.name;
      for (double by : {-1.0, -1e-3, 1e-3, 1.0})
        for (size_t k = 0; k < data.outputs; ++k) {
          std::vector<double> moved = z;
          for (size_t i = k; i < moved.size(); i += data.outputs) moved[i] += by;
          EXPECT_GE(data.value(moved), best - 1e-15 * (1 + std::abs(best))) << loss.name << by;
        }
    }
}

TEST(MinimizeIntercept, RefusesWhereNoneExists) {
  EXPECT_TRUE(std::isnan(shift_of(bare(LossKind::logistic, {0, 1}, {1, 1}))));
  EXPECT_TRUE(std::isnan(shift_of(bare(LossKind::logistic, {0, 1}, {0, 0}))));
  // Already so far that the slope underflows.
  EXPECT_TRUE(std::isnan(shift_of(bare(LossKind::logistic, {800, 900}, {1, 1}))));
  // The other class has no weight.
  EXPECT_TRUE(std::isnan(shift_of(bare(LossKind::logistic, {0, 1}, {1, 0}, {1, 0}))));
  EXPECT_TRUE(std::isnan(shift_of(bare(LossKind::poisson, {0, 1}, {0, 0}))));
  EXPECT_TRUE(std::isnan(shift_of(bare(LossKind::squared, {0, NAN}, {0, 0}))));
  EXPECT_TRUE(std::isnan(shift_of(bare(LossKind::huber, {0, INFINITY}, {0, 0}))));
  // One class of the hinges: their loss reaches 0.
  EXPECT_GE(shift_of(bare(LossKind::squared_hinge, {0, -3}, {1, 1})), 4 - 1e-14);
  EXPECT_GE(shift_of(bare(LossKind::hinge, {0, -3}, {1, 1})), 4 - 1e-14);
  Bare softmax = bare(LossKind::softmax, {0, 0, 0, 1, 2, 3}, {0, 2});
  softmax.outputs = 3;
  std::vector<double> z = softmax.z, intercepts(3, 0.0);
  EXPECT_FALSE(minimize_intercept(softmax.samples(), z, intercepts));
  EXPECT_EQ(z, softmax.z);
}

TEST(MinimizeIntercept, GoesAnyDistance) {
  EXPECT_NEAR(shift_of(bare(LossKind::logistic, {1e5, 1e5, 1e5}, {1, 0, 0})), std::log(0.5) - 1e5,
              1e-10);
  // Between the rows the slope underflows to zero; all there is as good.
  const double between = shift_of(bare(LossKind::logistic, {1e5, -1e5, 10}, {1, 0, 0}));
  EXPECT_LT(between, -700);
  EXPECT_GT(between, -1e5);
  EXPECT_DOUBLE_EQ(shift_of(bare(LossKind::huber, {0, 0, 0}, {1e150, 1e150, 0})), 1e150);
  EXPECT_NEAR(shift_of(bare(LossKind::huber, {0, 0, 0}, {0.25, 0.25, 1e150})), 0.75, 1e-14);
  EXPECT_NEAR(shift_of(bare(LossKind::huber, {0, 0}, {1e-150, 3e-150})), 2e-150, 1e-165);
  EXPECT_DOUBLE_EQ(shift_of(bare(LossKind::squared_hinge, {1e100, 1e100}, {1, 0})), -1e100);
  EXPECT_DOUBLE_EQ(shift_of(bare(LossKind::poisson, {1e4, 1e4}, {1, 3})), std::log(2) - 1e4);
  EXPECT_DOUBLE_EQ(shift_of(bare(LossKind::gamma, {-1e4, -1e4}, {1, 3})), std::log(2) + 1e4);
  // A row without weight does not count, however far it is.
  EXPECT_NEAR(shift_of(bare(LossKind::poisson, {0, 1e4}, {2, 0}, {1, 0})), std::log(2), 1e-15);
  EXPECT_NEAR(shift_of(bare(LossKind::gamma, {0, -1e4}, {2, 1}, {1, 0})), std::log(2), 1e-15);
}

TEST(MinimizeIntercept, SoftmaxGoesAnyDistance) {
  Bare data = bare(LossKind::softmax, {1e4, 0, 3, 1e4, 1, 2, 1e4, 2, 1, 1e4, 3, 0}, {0, 1, 2, 1});
  data.outputs = 3;
  std::vector<double> z = data.z, intercepts(3, 0.0);
  ASSERT_TRUE(minimize_intercept(data.samples(), z, intercepts));
  std::vector<double> p(3), sum(3, 0.0);
  for (size_t i = 0; i < 4; ++i) {
    softmax_probabilities(std::span(z).subspan(3 * i, 3), p);
    for (size_t k = 0; k < 3; ++k) sum[k] += p[k];
  }
  EXPECT_NEAR(sum[0], 1, 1e-10);
  EXPECT_NEAR(sum[1], 2, 1e-10);
  EXPECT_NEAR(sum[2], 1, 1e-10);
}

}  // namespace
}  // namespace thalweg::testing
