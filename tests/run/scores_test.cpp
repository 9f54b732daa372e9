// Which measures a model gets; the measures themselves are tested in tests/model/metrics_test.cpp.
#include "thalweg/run/scores.hpp"

#include <gtest/gtest.h>

#include "tests/run/runs.hpp"
#include "thalweg/format/read.hpp"

namespace thalweg {
namespace {

using namespace testing;

std::vector<std::string> keys(const nlohmann::ordered_json& json) {
  std::vector<std::string> out;
  for (const auto& [key, value] : json.items()) out.push_back(key);
  return out;
}

TEST(Scores, SuitTheTarget) {
  const fs::path folder = folder_of_test();
  using Keys = std::vector<std::string>;
  const std::vector<std::pair<std::string, Keys>> expected = {
      {"linear", {"rows", "loss", "rmse", "mae", "r2"}},
      {"poisson", {"rows", "loss", "rmse", "mae", "r2", "deviance"}},
      {"gamma", {"rows", "loss", "rmse", "mae", "r2", "deviance"}},
      {"svm", {"rows", "loss", "accuracy", "balanced_accuracy", "roc_auc", "confusion"}},
      {"logistic",
       {"rows", "loss", "accuracy", "balanced_accuracy", "roc_auc", "log_loss", "brier",
        "calibration_error", "confusion"}},
      {"softmax",
       {"rows", "loss", "accuracy", "balanced_accuracy", "roc_auc", "log_loss", "brier",
        "calibration_error", "confusion"}}};
  for (const auto& [model, measures] : expected) {
    const fs::path data = put(folder / (model + ".csv"), table_of(model, 150, 71));
    const FitReport report =
        fit(request_of(data, folder / model, {{"model", model}, {"l2", "0.01"}}), {});
    const Prepared prepared = apply(report.model.recipe, read_table(data), {}, true);
    const nlohmann::ordered_json found = scores(report.model, prepared);
    EXPECT_EQ(keys(found), measures) << model;
    EXPECT_EQ(found["rows"], 150);
    for (const auto& [key, value] : found.items())
      EXPECT_TRUE(key == "confusion" || value.is_number()) << model << " " << key;
    double penalty = 0;
    const size_t weights = report.model.outputs * report.model.features.size();
    for (size_t j = 0; j < weights; ++j)
      penalty += 0.005 * report.model.parameters[j] * report.model.parameters[j];
    EXPECT_NEAR(found["loss"].get<double>() + penalty, report.verdict.last.value, 1e-12) << model;
    const std::string table = scores_table(found);
    for (const std::string& key : measures)
      EXPECT_TRUE(key == "confusion" || contains(table, key)) << key;
    if (!found.contains("confusion")) continue;
    double sum = 0;
    for (const auto& row : found["confusion"]["counts"])
      for (const auto& count : row) sum += count.get<double>();
    EXPECT_EQ(sum, 150);
    EXPECT_TRUE(contains(table, "truth"));
  }
}

}  // namespace
}  // namespace thalweg
