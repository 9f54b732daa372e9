#include "thalweg/run/minimize.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/support/error_of.hpp"
#include "thalweg/base/catalog.hpp"

namespace thalweg {
namespace {

MinimizeReport run(const std::string& function,
                   const std::vector<std::pair<std::string, std::string>>& options = {}) {
  MinimizeRequest request;
  request.function = function;
  for (const auto& [name, text] : options) request.settings.set(name, text);
  return minimize(request, {});
}

TEST(Minimize, EveryFunctionEndsInAnHonestVerdict) {
  for (const FunctionRow& row : functions()) {
    const MinimizeReport report = run(row.name, {{"steps", "2000"}});
    const bool kink = row.name == "ackley", saddle = row.name == "double_well";
    if (!kink && !saddle) {
      EXPECT_EQ(report.verdict.outcome, Outcome::stationary) << row.name << report.verdict.reason;
      EXPECT_TRUE(report.verdict.curvature.examined) << row.name;
    }
    EXPECT_NE(report.verdict.outcome, Outcome::certified) << row.name;
    EXPECT_NO_THROW(nlohmann::json::parse(report.json)) << row.name;
  }
}

TEST(Minimize, ASaddleIsNamed) {
  const MinimizeReport report = run("double_well", {{"method", "gradient_descent"}});
  EXPECT_EQ(report.verdict.outcome, Outcome::stalled);
  EXPECT_NE(report.verdict.reason.find("this is a saddle"), std::string::npos);
  ASSERT_EQ(report.verdict.curvature.direction.size(), 2u);
  EXPECT_NEAR(std::abs(report.verdict.curvature.direction[0]), 1, 1e-9);
  EXPECT_NEAR(report.verdict.curvature.along, -1, 1e-9);
  EXPECT_EQ(exit_code(report.verdict), 3);
}

TEST(Minimize, ManyStartsFindTheFourMinima) {
  const MinimizeReport report = run("himmelblau", {{"multi_start", "60"}});
  EXPECT_EQ(report.starts, 61u);
  EXPECT_EQ(report.found.size(), 4u);
  size_t times = report.failed;
  for (const FoundMinimum& found : report.found) {
    EXPECT_NEAR(found.value, 0, 1e-20);
    times += found.times;
  }
  EXPECT_EQ(times, 61u);
}

TEST(Minimize, Starts) {
  const FunctionRow& row = find(functions(), "function", "rosenbrock");
  EXPECT_EQ(parse_start(row, 2, "standard"), (std::vector<double>{-1.2, 1}));
  EXPECT_EQ(parse_start(row, 2, "10x"), (std::vector<double>{-12, 10}));
  EXPECT_EQ(parse_start(row, 3, "1, -2,3e1"), (std::vector<double>{1, -2, 30}));
  EXPECT_EQ(parse_start(row, 3, "7"), (std::vector<double>{7, 7, 7}));
  EXPECT_EQ(error_of([&] { parse_start(row, 3, "1,2"); }),
            "start: found 2 numbers for 3 dimensions; give one for each, or one for all");
  EXPECT_EQ(
      error_of([&] { parse_start(row, 2, "1,b"); }),
      "start: \"b\" in \"1,b\" is not a number; give standard, 10x, or numbers such as 1,2.5");
  EXPECT_EQ(error_of([&] { run("rosenbrok"); }).substr(0, 55),
            "minimize: no \"rosenbrok\" (did you mean \"rosenbrock\"?); ");
}

}  // namespace
}  // namespace thalweg
