// Directions along which there is no minimizer, and those that only look so.
#include <gtest/gtest.h>

#include <limits>

#include "thalweg/certify/verifier/proof.hpp"

namespace thalweg::verifier {
namespace {

// Rows of two columns.
Problem problem_of(LossKind kind, std::vector<std::pair<double, double>> rows,
                   std::vector<double> target, size_t outputs = 1) {
  Problem out;
  out.loss.kind = kind;
  out.outputs = outputs;
  out.features = 2;
  for (const auto& [a, b] : rows) {
    out.column.insert(out.column.end(), {0, 1});
    out.value.insert(out.value.end(), {a, b});
    out.begin.push_back(out.value.size());
  }
  out.target = std::move(target);
  return out;
}

bool proves(const Problem& problem, std::vector<double> direction) {
  return witness_refusal(problem, direction).empty();
}

TEST(Witness, SeparableClasses) {
  Problem problem =
      problem_of(LossKind::logistic, {{1, 0}, {2, 5}, {-1, 0}, {-3, 2}}, {1, 1, 0, 0});
  EXPECT_TRUE(proves(problem, {1, 0, 0}));
  EXPECT_TRUE(proves(problem, {1, 0, 1}));  // quasi: two margins are 0
  EXPECT_FALSE(proves(problem, {1, 0, 1.1}));
  EXPECT_FALSE(proves(problem, {-1, 0, 0}));
  EXPECT_FALSE(proves(problem, {0, 0, 0}));
  EXPECT_FALSE(proves(problem, {1, 0, std::numeric_limits<double>::quiet_NaN()}));
  problem.l2 = 1e-300;
  EXPECT_FALSE(proves(problem, {1, 0, 0}));
  problem.l2 = 0;
  problem.upper = 10;
  EXPECT_FALSE(proves(problem, {1, 0, 0}));
  problem.upper = std::numeric_limits<double>::infinity();
  problem.lower = 0;
  EXPECT_TRUE(proves(problem, {1, 0, 0}));
  EXPECT_FALSE(proves(problem, {1, -1e-9, 0}));
}

// 0.1 + 0.2 - 0.3 is 2^-54 as doubles, which a rounded sum calls 2^-54 too, or 0: the exact sum of
// the products decides.
TEST(Witness, SignsAreExact) {
  Problem problem = problem_of(LossKind::logistic, {{0.1, 0.2}, {1, 1}}, {0, 1});
  EXPECT_FALSE(proves(problem, {1, 1, -0.3}));
  problem.target = {1, 1};
  EXPECT_TRUE(proves(problem, {1, 1, -0.3}));
  // 1/3 three times is below 1.
  problem = problem_of(LossKind::logistic, {{1.0 / 3, 0}, {1, 0}}, {1, 1});
  EXPECT_FALSE(proves(problem, {3, 0, -1}));
  // Underflow: the product is 1e-400.
  problem = problem_of(LossKind::logistic, {{1e-200, 0}, {1, 0}}, {0, 1});
  EXPECT_FALSE(proves(problem, {1e-200, 0, 0}));
}

TEST(Witness, OneClassNeedsTheInterceptAlone) {
  Problem problem = problem_of(LossKind::logistic, {{1, 2}, {3, 4}}, {1, 1});
  problem.l1 = problem.l2 = 1;
  problem.upper = 0;
  EXPECT_TRUE(proves(problem, {0, 0, 1}));
  EXPECT_FALSE(proves(problem, {0, 0, -1}));
  problem.target = {0, 1};
  EXPECT_FALSE(proves(problem, {0, 0, 1}));
}

TEST(Witness, Softmax) {
  const Problem problem = problem_of(LossKind::softmax, {{1, 0}, {0, 1}, {2, 0}}, {0, 1, 0}, 3);
  // The third class has no rows: its intercept falls.
  EXPECT_TRUE(proves(problem, {0, 0, 0, 0, 0, 0, 0, 0, -1}));
  EXPECT_FALSE(proves(problem, {0, 0, 0, 0, 0, 0, 0, 0, 1}));
  EXPECT_FALSE(
      proves(problem, {0, 0, 0, 0, 0, 0, 1, 1, 1}));  // all classes together: nothing moves
  EXPECT_TRUE(proves(problem, {1, 0, 0, 1, 0, 0, 0, 0, 0}));
  EXPECT_FALSE(proves(problem, {1, 0.5, 0, 0, 0, 0, 0, 0, 0}));
}

TEST(Witness, Poisson) {
  Problem problem = problem_of(LossKind::poisson, {{1, 0}, {1, 1}, {0, 3}}, {2, 0, 0});
  EXPECT_TRUE(proves(problem, {0, -1, 0}));
  EXPECT_FALSE(proves(problem, {0, 1, 0}));
  EXPECT_FALSE(proves(problem, {-1, 0, 0}));  // a count above zero may not move
  EXPECT_TRUE(proves(problem, {1, -1, -1}));
  problem.target = {0, 0, 0};
  EXPECT_TRUE(proves(problem, {0, 0, -1}));
}

TEST(Witness, OtherLossesAttainTheirMinimum) {
  for (const LossKind kind : {LossKind::squared, LossKind::gamma, LossKind::huber,
                              LossKind::quantile, LossKind::hinge, LossKind::squared_hinge})
    EXPECT_FALSE(proves(problem_of(kind, {{1, 0}, {2, 0}}, {1, 1}), {1, 0, 0}));
}

}  // namespace
}  // namespace thalweg::verifier
