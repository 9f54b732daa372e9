// The range test from a request: what it answers, that it leaves nothing, and whom it refuses.
#include <gtest/gtest.h>

#include "tests/run/runs.hpp"

namespace thalweg {
namespace {

using namespace testing;

TEST(FindLearningRate, SuggestsARateThatTrains) {
  const fs::path folder = folder_of_test();
  const fs::path data = put(folder / "data.csv", table_of("softmax", 1000, 3));
  const auto loss_at = [&](const std::string& method) {
    Given given = {{"model", "mlp(hidden=32)"}, {"epochs", "3"}, {"batch", "32"}};
    given.push_back({"method", method});
    fs::remove_all(folder / "run");
    const FitReport report = fit(request_of(data, folder / "run", given), {});
    return nlohmann::ordered_json::parse(report.metrics)["loss"].get<double>();
  };
  for (const std::string chain : {"adamw", "sam + momentum", "lion"}) {
    const FitRequest request = request_of(
        data, folder / "run", {{"model", "mlp(hidden=32)"}, {"batch", "32"}, {"method", chain}});
    fs::remove_all(folder / "run");
    const RangeReport report = find_learning_rate(request, {});
    EXPECT_FALSE(fs::exists(folder / "run"));
    EXPECT_TRUE(std::isfinite(report.test.suggestion)) << chain;
    EXPECT_EQ(find_learning_rate(request, {}).json, report.json);
    const auto json = nlohmann::ordered_json::parse(report.json);
    EXPECT_EQ(json["learning_rates"].size(), report.test.points.size());
    EXPECT_DOUBLE_EQ(json["learning_rates"][0], 1e-6);
    EXPECT_EQ(json["method"], report.method);
    EXPECT_EQ(report.schedule, "");
    // Better than a tenth of it and than where the loss blows up.
    const double suggested = loss_at(report.method);
    EXPECT_LT(suggested, loss_at(chain + fmt::format("({})", report.test.suggestion / 10)))
        << chain;
    EXPECT_LT(suggested, loss_at(chain + fmt::format("({})", report.test.lowest * 30))) << chain;
  }
}

TEST(FindLearningRate, KeepsTheRestOfTheMethod) {
  const fs::path folder = folder_of_test();
  const fs::path data = put(folder / "data.csv", table_of("linear", 300, 3));
  const RangeReport usual =
      find_learning_rate(request_of(data, folder / "run", {{"model", "mlp(hidden=8)"}}), {});
  EXPECT_TRUE(usual.method.starts_with("adamw(learning_rate=0.")) << usual.method;
  EXPECT_EQ(usual.schedule, "one_cycle");
  const RangeReport given = find_learning_rate(
      request_of(
          data, folder / "run",
          {{"model", "mlp(hidden=8)"},
           {"method", "clip_global_norm(1) + momentum(momentum=0.8) + group(*.bias, frozen=true)"},
           {"schedule", "cosine"},
           {"accumulate", "2"},
           {"batch", "16"},
           {"steps", "60"}}),
      {});
  EXPECT_TRUE(contains(given.method, "clip_global_norm + momentum(learning_rate="));
  EXPECT_TRUE(contains(given.method, "momentum=0.8) + group(*.bias, frozen=true)")) << given.method;
  EXPECT_EQ(given.schedule, "cosine");
  EXPECT_LE(given.test.points.size(), 60u);
}

TEST(FindLearningRate, IsForChainsOnNetworks) {
  const fs::path folder = folder_of_test();
  const fs::path data = put(folder / "data.csv", table_of("logistic", 300, 3));
  EXPECT_TRUE(contains(line_of([&] { find_learning_rate(request_of(data, folder / "run"), {}); }),
                       "--model mlp"));
  EXPECT_TRUE(contains(
      line_of([&] {
        find_learning_rate(request_of(data, folder / "run",
                                      {{"model", "mlp(hidden=8, dropout=0)"}, {"method", "lbfgs"}}),
                           {});
      }),
      "such as adamw"));
  EXPECT_TRUE(contains(
      line_of([&] {
        find_learning_rate(
            request_of(data, folder / "run", {{"model", "mlp(hidden=8)"}, {"steps", "19"}}), {});
      }),
      "--steps 20"));
}

}  // namespace
}  // namespace thalweg
