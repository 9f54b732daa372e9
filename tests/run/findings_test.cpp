// What a fit is told about, each on a table that has the fault and on one that has not.
#include "thalweg/run/findings.hpp"

#include <gtest/gtest.h>

#include "tests/run/runs.hpp"
#include "thalweg/certify/verifier/verify.hpp"

namespace thalweg {
namespace {

using namespace testing;

const Finding* find_in(const Verdict& verdict, const std::string& detector) {
  for (const Finding& finding : verdict.findings)
    if (finding.detector == detector) return &finding;
  return nullptr;
}

// Category `pure` (and `other`) has one label only; x1 is a count that separates in its upper part.
std::string separable(const std::string& pure, const std::string& other) {
  static const std::vector<std::string> kinds = {"red", "green", "blue", "gray"};
  Random random(31, 1);
  std::string out = "x,kind,y\n";
  for (int i = 0; i < 400; ++i) {
    const std::string kind = kinds[random.below(4)];
    const bool yes = kind == pure || (kind != other && random.uniform() < 0.5);
    out += fmt::format("{},{},{}\n", random.normal(), kind, yes ? "yes" : "no");
  }
  return out;
}

TEST(Findings, NoMinimizerNamesTheColumn) {
  const fs::path folder = folder_of_test();
  int run = 0;
  for (const auto& [pure, other] :
       Given{{"green", ""}, {"red", ""}, {"blue", "gray"}, {"", "gray"}}) {
    const fs::path data = put(folder / "data.csv", separable(pure, other));
    const fs::path at = folder / std::to_string(run++);
    const Verdict verdict = fit(request_of(data, at), {}).verdict;
    ASSERT_EQ(verdict.outcome, Outcome::no_minimizer) << pure << "/" << other << verdict.reason;
    const Finding* finding = find_in(verdict, "no_minimizer");
    ASSERT_NE(finding, nullptr);
    EXPECT_TRUE(contains(finding->where, "kind=")) << finding->where;
    EXPECT_EQ(finding->severity, Severity::fault);
    EXPECT_EQ(finding->edits.at(0).first, "l2");
    EXPECT_TRUE(verifier::verify(at, data).accepted) << verifier::verify(at, data).reason;
    EXPECT_EQ(
        fit(request_of(data, at, {{"overwrite", "true"}, {"l2", "1e-4"}}), {}).verdict.outcome,
        Outcome::certified);
  }
}

// A standardized number all of whose rows above its least value have one label.
TEST(Findings, NoMinimizerOfAStandardizedColumn) {
  const fs::path folder = folder_of_test();
  Random random(32, 1);
  std::string text = "x,calls,y\n";
  for (int i = 0; i < 400; ++i) {
    const int calls = random.uniform() < 0.7 ? 0 : 1 + static_cast<int>(random.below(4));
    text += fmt::format("{},{},{}\n", random.normal(), calls,
                        calls > 0 || random.uniform() < 0.4 ? "yes" : "no");
  }
  const fs::path data = put(folder / "data.csv", text);
  const Verdict verdict = fit(request_of(data, folder / "run"), {}).verdict;
  ASSERT_EQ(verdict.outcome, Outcome::no_minimizer) << verdict.reason;
  EXPECT_TRUE(contains(find_in(verdict, "no_minimizer")->where, "calls"));
  EXPECT_TRUE(verifier::verify(folder / "run", data).accepted);
}

TEST(Findings, UnscaledInputGivesTheNumber) {
  const fs::path folder = folder_of_test();
  Random random(33, 1);
  std::string text = "small,large,y\n";
  for (int i = 0; i < 200; ++i) {
    const double a = random.normal(), b = 1e4 * random.normal();
    text += fmt::format("{},{},{}\n", a, b, a + 1e-4 * b + random.normal());
  }
  const fs::path data = put(folder / "data.csv", text);
  const Verdict verdict = fit(request_of(data, folder / "raw", {{"no_scale", "true"}}), {}).verdict;
  const Finding* finding = find_in(verdict, "unscaled_input");
  ASSERT_NE(finding, nullptr);
  EXPECT_EQ(finding->where, "large");
  EXPECT_NEAR(finding->evidence[0].second, 1e8, 5e7);
  EXPECT_LT(finding->evidence[1].second, 3);
  EXPECT_TRUE(contains(finding->remedy, "--no-scale"));
  const Verdict scaled = fit(request_of(data, folder / "scaled"), {}).verdict;
  EXPECT_EQ(find_in(scaled, "unscaled_input"), nullptr);
  EXPECT_NE(find_in(scaled, "conditioning"), nullptr);
}

TEST(Findings, DuplicatedColumnsAreNotUnique) {
  const fs::path folder = folder_of_test();
  Random random(34, 1);
  std::string text = "a,twin,y\n";
  for (int i = 0; i < 100; ++i) {
    const double a = random.normal();
    text += fmt::format("{},{},{}\n", a, a, a + random.normal());
  }
  const fs::path data = put(folder / "data.csv", text);
  const Verdict verdict = fit(request_of(data, folder / "run"), {}).verdict;
  ASSERT_NE(find_in(verdict, "not_unique"), nullptr);
  EXPECT_NE(verdict.outcome, Outcome::certified);
  const Verdict penalized = fit(request_of(data, folder / "l2", {{"l2", "1e-6"}}), {}).verdict;
  EXPECT_EQ(find_in(penalized, "not_unique"), nullptr);
  EXPECT_EQ(penalized.outcome, Outcome::certified);
}

TEST(Findings, AStepThatIsTooLargeDiverges) {
  const fs::path folder = folder_of_test();
  const fs::path data = put(folder / "data.csv", table_of("linear", 100, 35));
  const Verdict verdict =
      fit(request_of(data, folder / "run",
                     {{"method", "gradient_descent(search=fixed, step_size=100)"}}),
          {})
          .verdict;
  EXPECT_EQ(verdict.outcome, Outcome::diverged) << verdict.reason;
  const Finding* finding = find_in(verdict, "step_too_large");
  ASSERT_NE(finding, nullptr);
  EXPECT_EQ(finding->severity, Severity::fault);
  const auto json = json_of(folder / "run" / "verdict.json");
  EXPECT_EQ(json["outcome"], "diverged");
  EXPECT_FALSE(verifier::verify(folder / "run", data).accepted);
}

}  // namespace
}  // namespace thalweg
