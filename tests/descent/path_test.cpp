#include "thalweg/descent/path.hpp"

#include <gtest/gtest.h>

#include "tests/support/lasso_reference.hpp"
#include "tests/support/typical.hpp"
#include "thalweg/base/error.hpp"
#include "thalweg/certify/certify.hpp"
#include "thalweg/objective/linear.hpp"

namespace thalweg::testing {
namespace {

const auto never = [] { return false; };

// scikit-learn, ElasticNet and LogisticRegression(saga): values to 1e-8, the same columns in use.
TEST(Path, AsScikitLearn) {
  for (const char* name : {"tall", "wide", "sparse"}) {
    const nlohmann::json reference = lasso_reference(name);
    for (const char* kind : {"lasso", "net", "positive", "logistic", "logistic_net"}) {
      const auto& expected = reference.at(kind);
      const bool labels = std::string(kind).starts_with("logistic");
      const Problem problem = lasso_problem(name, labels ? LossKind::logistic : LossKind::squared);
      Penalty shape{.l1 = 1};
      if (expected.at("positive")) shape.lower = 0;
      const double largest = expected.at("largest");
      EXPECT_NEAR(largest_l1(problem.samples(), shape), largest, 1e-11 * largest);
      std::vector<Penalty> grid;
      for (const auto& point : expected.at("points")) {
        grid.push_back(shape);
        grid.back().l1 = point.at("l1"), grid.back().l2 = point.at("l2");
      }
      const Path path = descend_path(problem.samples(), grid, 1e-10, never);
      ASSERT_EQ(path.points.size(), grid.size());
      for (size_t k = 0; k < grid.size(); ++k) {
        const double value = expected["points"][k]["value"];
        EXPECT_NEAR(path.points[k].value, value, 1e-8 * value) << name << " " << kind << " " << k;
        EXPECT_LE(path.points[k].gap, 1e-10 * path.scale) << name << " " << kind << " " << k;
        EXPECT_EQ(path.points[k].nonzeros, expected["points"][k]["nonzeros"].get<size_t>())
            << name << " " << kind << " " << k;
      }
    }
  }
}

// Every loss: all weights are 0 where the path begins and some are not right after, the gaps hold by
// the certificate of the whole problem, and more and more is explained.
TEST(Path, EveryLossFromNothing) {
  for (const LossRow& loss : losses()) {
    if (!loss.smooth) continue;
    const Problem problem = typical_problem(loss.kind, 120, 6, 9);
    const Samples samples = problem.samples();
    const Penalty shape{.l1 = 1};
    const std::vector<Penalty> grid = path_grid(shape, largest_l1(samples, shape), 8, 1e-3);
    const Path path = descend_path(samples, grid, 1e-6, never);
    ASSERT_EQ(path.points.size(), 8);
    for (size_t j = 0; j < 6 * samples.outputs; ++j) EXPECT_EQ(path.points[0].x[j], 0) << loss.name;
    EXPECT_GT(path.points[1].nonzeros, 0) << loss.name;
    EXPECT_NEAR(path.points[0].explained, 0, 1e-9) << loss.name;
    for (size_t k = 0; k < 8; ++k) {
      const PathPoint& point = path.points[k];
      EXPECT_LE(point.gap, 1e-6 * path.scale) << loss.name << " " << k;
      LinearObjective objective(samples, point.penalty);
      const Certificate proof =
          Certifier(*objective.linear_predictor()).certify(point.x, {}, {}, 0, 1e300);
      EXPECT_NEAR(proof.value, point.value, 1e-11 * std::abs(point.value) + 1e-12) << loss.name;
      EXPECT_LE(proof.bound, 2e-6 * path.scale) << loss.name << " " << k;
      const double before = k > 0 ? path.points[k - 1].explained : 0;
      EXPECT_GE(point.explained, before - 1e-6) << loss.name;
    }
  }
}

TEST(Path, GridKeepsTheRatios) {
  const std::vector<Penalty> grid = path_grid({.l1 = 2, .l2 = 1, .upper = 5}, 8, 4, 1e-3);
  const double expected[] = {8, 0.8, 0.08, 0.008};
  for (size_t k = 0; k < 4; ++k) {
    EXPECT_NEAR(grid[k].l1, expected[k], 1e-14);
    EXPECT_NEAR(grid[k].l2, expected[k] / 2, 1e-14);
    EXPECT_EQ(grid[k].upper, 5);
  }
}

TEST(Path, RefusesWhatHasNone) {
  Problem problem = typical_problem(LossKind::squared, 20, 3, 1);
  EXPECT_THROW(largest_l1(problem.samples(), {.l1 = 1, .lower = 0.1}), Error);
  problem.target.assign(20, 4.0);
  EXPECT_THROW(largest_l1(problem.samples(), {.l1 = 1}), Error);
  const Problem hinge = typical_problem(LossKind::hinge, 20, 3, 1);
  const std::vector<Penalty> grid = {{.l1 = 1}};
  EXPECT_THROW(descend_path(hinge.samples(), grid, 1e-6, never), Error);
}

}  // namespace
}  // namespace thalweg::testing
