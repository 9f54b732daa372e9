// The judge of claims is judged: minima in many digits against mpmath's (exact.json, made by
// tests/oracle/exact.py), and their own gap and invariances.
#include "tests/support/exact.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>

#include "tests/support/problems.hpp"

namespace thalweg::testing {
namespace {

using Json = nlohmann::json;

Problem problem_of(const Json& json) {
  Problem out;
  out.kind = json["loss"].get<std::string>() + " " + json["penalty"].get<std::string>();
  const size_t rows = json["X"].size(), columns = json["X"][0].size();
  DenseMatrix<double> design;
  design.rows = rows;
  design.columns = columns;
  design.data = Buffer<double>(rows * columns);
  for (size_t i = 0; i < rows; ++i)
    for (size_t j = 0; j < columns; ++j) design.data[i * columns + j] = json["X"][i][j];
  out.design = std::move(design);
  out.target = json["y"].get<std::vector<double>>();
  out.weight = json["weights"].get<std::vector<double>>();
  out.outputs = json["outputs"];
  const std::vector<std::string> names{"squared", "logistic", "softmax", "poisson",      "gamma",
                                       "huber",   "quantile", "hinge",   "squared_hinge"};
  const auto place = std::find(names.begin(), names.end(), json["loss"].get<std::string>());
  out.loss.kind = static_cast<LossKind>(place - names.begin());
  out.loss.delta = json.value("delta", 1.0);
  out.loss.level = json.value("level", 0.5);
  out.loss.smoothing = json.value("smoothing", 0.1);
  out.penalty.l1 = json.value("l1", 0.0);
  out.penalty.l2 = json.value("l2", 0.0);
  out.penalty.lower = json.value("lower", out.penalty.lower);
  out.penalty.upper = json.value("upper", out.penalty.upper);
  return out;
}

Json cases() {
  std::ifstream file(THALWEG_SOURCE "/tests/oracle/exact.json");
  return Json::parse(file);
}

TEST(ExactMinimum, AgreesWithMpmath) {
  for (const Json& json : cases()) {
    const Problem problem = problem_of(json);
    const ExactMinimum found = exact_minimum(problem);
    const Real expected(json["minimum"].get<std::string>());
    const Real allowed = pow(Real(10), -json["digits"].get<int>());
    EXPECT_LE(abs(found.value - expected), allowed)
        << problem.kind << ": " << found.value.str(45) << " instead of " << json["minimum"];
    EXPECT_LE(found.gap, Real("1e-35")) << problem.kind;
    EXPECT_GE(found.gap, 0) << problem.kind;
    EXPECT_EQ(found.attained, json["attained"].get<bool>()) << problem.kind;
  }
}

TEST(ExactMinimum, NoPointNearTheMinimizerIsBelow) {
  for (uint64_t seed = 0; seed < 60; ++seed) {
    const Problem problem = random_problem(seed);
    const ExactMinimum found = exact_minimum(problem);
    const size_t size = problem.outputs * (columns(problem.design) + 1);
    // Within the box of every penalty that the generator makes.
    const std::vector<double> x(size, 0.25);
    EXPECT_GE(exact_value(problem, x), found.value - found.gap) << seed;
  }
}

// A copy of every row with half of its weight is the same problem.
TEST(ExactMinimum, HalvedAndDoubledRowsAreTheSame) {
  size_t compared = 0;
  for (const Json& json : cases()) {
    const Problem once = problem_of(json);
    Json twice = json;
    for (size_t i = 0; i < json["y"].size(); ++i) {
      twice["X"].push_back(json["X"][i]);
      twice["y"].push_back(json["y"][i]);
      twice["weights"].push_back(json["weights"][i]);
    }
    const Real difference = exact_minimum(problem_of(twice)).value - exact_minimum(once).value;
    EXPECT_LE(abs(difference), Real("1e-36")) << once.kind;
    ++compared;
  }
  EXPECT_GT(compared, 50u);
}

TEST(ExactValue, IsInfiniteOutsideTheBounds) {
  Problem problem;
  DenseMatrix<double> design;
  design.rows = design.columns = 1;
  design.data = Buffer<double>(1, 3.0);
  problem.design = std::move(design);
  problem.target = {1.0};
  problem.penalty.lower = 0;
  EXPECT_EQ(exact_value(problem, std::vector<double>{-0.5, 0.0}),
            std::numeric_limits<Real>::infinity());
  // (0.1 * 3 - 1)^2 / 2 of the double 0.1, which is above a tenth by 5.55e-18.
  const Real value = exact_value(problem, std::vector<double>{0.1, 0.0});
  const Real residual = Real(0.1) * 3 - 1;
  EXPECT_EQ(value, residual * residual / 2);
  EXPECT_NE(value, Real("0.245"));
}

TEST(RandomProblem, DependsOnTheSeedAlone) {
  const Problem first = random_problem(17), again = random_problem(17);
  EXPECT_EQ(first.cells(), again.cells());
  EXPECT_EQ(first.target, again.target);
  EXPECT_EQ(first.kind, again.kind);
}

TEST(RandomProblem, DrawsEveryKindAndLoss) {
  std::map<std::string, int> kinds;
  std::map<int, int> losses;
  for (uint64_t seed = 0; seed < 1000; ++seed) {
    const Problem problem = random_problem(seed);
    ++kinds[problem.kind];
    ++losses[static_cast<int>(problem.loss.kind)];
    EXPECT_LE(problem.target.size(), 30u);
    EXPECT_LE(columns(problem.design), 8u);
    for (const double cell : problem.cells()) EXPECT_TRUE(std::isfinite(cell));
    for (const double y : problem.target) EXPECT_TRUE(std::isfinite(y));
  }
  EXPECT_EQ(kinds.size(), problem_kinds().size());
  EXPECT_EQ(losses.size(), 9u);
}

}  // namespace
}  // namespace thalweg::testing
