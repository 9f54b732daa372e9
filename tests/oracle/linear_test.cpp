// Each loss x penalty x method that applies, against minima by scikit-learn or CVXPY and mpmath
// (data/linear_LOSS.json, made by linear.py): the value agrees to 1e-8 of P - I, the design's
// scale, or the verdict says that the run was still descending.
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>

#include "tests/support/exact.hpp"
#include "tests/support/solve.hpp"
#include "thalweg/base/error.hpp"
#include "thalweg/objective/linear.hpp"
#include "thalweg/optim/method.hpp"

namespace thalweg {
namespace {

using Json = nlohmann::json;
using testing::Claim;
using testing::Problem;
using testing::Real;

constexpr double agreement = 1e-8, tolerance = 1e-9;

template <class T>
DenseMatrix<T> dense(const Json& rows) {
  DenseMatrix<T> out;
  out.rows = rows.size();
  out.columns = rows[0].size();
  out.data = Buffer<T>(out.rows * out.columns);
  for (size_t i = 0; i < out.rows; ++i)
    for (size_t j = 0; j < out.columns; ++j)
      out.data[i * out.columns + j] = static_cast<T>(rows[i][j].get<double>());
  return out;
}

SparseMatrix sparse(const Json& rows) {
  std::vector<int32_t> column;
  std::vector<double> value;
  SparseMatrix out;
  out.rows = rows.size();
  out.columns = rows[0].size();
  out.begin = Buffer<int64_t>(out.rows + 1, 0);
  for (size_t i = 0; i < out.rows; ++i) {
    for (size_t j = 0; j < out.columns; ++j) {
      const double cell = rows[i][j];
      if (cell == 0) continue;
      column.push_back(static_cast<int32_t>(j));
      value.push_back(cell);
    }
    out.begin[i + 1] = static_cast<int64_t>(value.size());
  }
  out.column = Buffer<int32_t>(column.size());
  out.value = Buffer<double>(value.size());
  std::copy(column.begin(), column.end(), out.column.begin());
  std::copy(value.begin(), value.end(), out.value.begin());
  return out;
}

Problem problem_of(const Json& json, const Json& penalty) {
  Problem out;
  out.kind = json["loss"].get<std::string>() + " " + penalty["penalty"].get<std::string>();
  out.design = dense<double>(json["X"]);
  out.target = json["y"].get<std::vector<double>>();
  out.weight = json["weights"].get<std::vector<double>>();
  out.outputs = json["outputs"];
  out.loss.kind = find(losses(), "loss", json["loss"].get<std::string>()).kind;
  out.loss.delta = json["delta"];
  out.loss.level = json["level"];
  out.loss.smoothing = json["smoothing"];
  out.penalty.l1 = penalty.value("l1", 0.0);
  out.penalty.l2 = penalty.value("l2", 0.0);
  out.penalty.lower = penalty.value("lower", out.penalty.lower);
  out.penalty.upper = penalty.value("upper", out.penalty.upper);
  return out;
}

bool applies(const Problem& problem, const MethodRow& row) {
  LinearObjective objective(problem.samples(), problem.penalty);
  try {
    check_needs(row, objective);
    return true;
  } catch (const Error&) {
    return false;
  }
}

void expect_agreement(const Problem& problem, const Json& expected, const std::string& method,
                      std::map<std::string, int>& outcomes) {
  Claim claim;
  try {
    claim = testing::solve(problem, method, tolerance, 20000);
  } catch (const Error&) {  // such as a fixed step where there is no Lipschitz constant
    ++outcomes["refused"];
    return;
  }
  const Outcome outcome = claim.verdict.outcome;
  ++outcomes[name(outcome)];
  const Real minimum(expected["minimum"].get<std::string>());
  const Real scale(expected["scale"].get<std::string>());
  const Real excess = testing::exact_value(problem, claim.x) - minimum;
  const std::string where =
      fmt::format("{} by {}: {} after {} steps, excess {:.3e} of the scale", problem.kind, method,
                  name(outcome), claim.verdict.last.step, static_cast<double>(excess / scale));
  EXPECT_GE(excess, Real(-1e-38) * scale) << where;
  if (outcome != Outcome::descending) {
    EXPECT_LE(excess, Real(agreement) * scale) << where;
  }
  const Certificate& certificate = claim.verdict.certificate;
  if (certificate.bound >= 0) {
    EXPECT_LE(excess, Real(certificate.bound)) << where;
  }
  // P - I at a point this close is the minimum's.
  if (excess <= Real(agreement) * scale && std::isfinite(certificate.scale)) {
    EXPECT_NEAR(certificate.scale / static_cast<double>(scale), 1, 1e-6) << where;
  }
}

class LinearOracle : public ::testing::TestWithParam<const char*> {};

TEST_P(LinearOracle, EveryPenaltyAndMethodReachesTheMinimum) {
  std::ifstream file(
      fmt::format("{}/tests/oracle/data/linear_{}.json", THALWEG_SOURCE, GetParam()));
  const Json json = Json::parse(file);
  std::map<std::string, std::map<std::string, int>> outcomes;
  for (const Json& expected : json["cases"]) {
    Problem problem = problem_of(json, expected);
    size_t applied = 0;
    for (const MethodRow& row : methods()) {
      if (!applies(problem, row)) continue;
      ++applied;
      expect_agreement(problem, expected, row.name, outcomes[row.name]);
      for (const Option& option : row.options)
        for (const std::string& choice : option.choices)
          expect_agreement(problem, expected,
                           fmt::format("{}({}={})", row.name, option.name, choice),
                           outcomes[fmt::format("{} {}", row.name, choice)]);
    }
    EXPECT_GT(applied, 0u) << problem.kind;
    // Cells are multiples of 1/64: the same problem in every storage.
    problem.design = dense<float>(json["X"]);
    expect_agreement(problem, expected, "auto", outcomes["auto, float32"]);
    problem.design = sparse(json["X"]);
    expect_agreement(problem, expected, "auto", outcomes["auto, sparse"]);
  }
  for (const auto& [method, counts] : outcomes) {
    fmt::print("{:<14} {:<28}", GetParam(), method);
    for (const auto& [outcome, count] : counts) fmt::print(" {} {}", count, outcome);
    if (method.find(' ') == std::string::npos) {
      EXPECT_EQ(counts.count("refused"), 0u) << method;
    }
    fmt::print("\n");
  }
}

INSTANTIATE_TEST_SUITE_P(Losses, LinearOracle,
                         ::testing::Values("squared", "logistic", "softmax", "poisson", "gamma",
                                           "huber", "quantile", "hinge", "squared_hinge"),
                         [](const auto& loss) { return std::string(loss.param); });

}  // namespace
}  // namespace thalweg
