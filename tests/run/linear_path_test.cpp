#include "thalweg/run/linear_path.hpp"

#include <gtest/gtest.h>

#include "tests/run/runs.hpp"
#include "tests/support/lasso_reference.hpp"
#include "thalweg/base/text.hpp"
#include "thalweg/data/split.hpp"
#include "thalweg/run/predict.hpp"
#include "thalweg/run/run_files.hpp"

namespace thalweg::testing {
namespace {

// The reference problem as a table.
fs::path table_of_reference(const std::string& name) {
  const nlohmann::json about = lasso_reference(name);
  const auto y = about.at("number").get<std::vector<double>>();
  const auto cells = about.at("X").get<std::vector<double>>();
  const size_t p = cells.size() / y.size();
  std::string text = "y";
  for (size_t j = 0; j < p; ++j) text += fmt::format(",x{}", j);
  for (size_t i = 0; i < y.size(); ++i) {
    text += "\n" + shortest(y[i]);
    for (size_t j = 0; j < p; ++j) text += fmt::format(",{}", shortest(cells[i * p + j]));
  }
  return put(folder_of_test() / "data.csv", text + "\n");
}

FitRequest path_request(const fs::path& data, std::map<std::string, std::string> settings) {
  FitRequest request;
  request.data = data;
  request.run = data.parent_path() / "run";
  settings.insert({{"target", "y"}, {"no_scale", "true"}, {"path", "20"}});
  for (const auto& [name, value] : settings) request.settings.set(name, value);
  return request;
}

// scikit-learn's LassoCV on the same folds, its mean squared errors halved.
TEST(LinearPath, CrossValidationAsScikitLearn) {
  const nlohmann::json expected = lasso_reference("cross_validation");
  ASSERT_EQ(k_folds(60, std::vector<int32_t>(60, 0), 5, 0),
            expected.at("folds").get<std::vector<int32_t>>());
  const fs::path data = table_of_reference("cross_validation");
  const FitReport report =
      fit(path_request(data, {{"folds", "5"}, {"tolerance", "1e-12"}}), FitObserver{});
  const nlohmann::json path = nlohmann::json::parse(report.path);
  ASSERT_EQ(path.at("points").size(), 20);
  for (size_t k = 0; k < 20; ++k) {
    const auto& point = path["points"][k];
    const double l1 = expected["l1"][k], mean = expected["mean"][k], error = expected["error"][k];
    EXPECT_NEAR(point["l1"].get<double>(), l1, 1e-11 * l1);
    EXPECT_NEAR(point["held_out_loss"].get<double>(), mean, 1e-7 * mean);
    EXPECT_NEAR(point["held_out_error"].get<double>(), error, 1e-6 * error);
  }
  EXPECT_NEAR(path["points"][path["best"].get<size_t>()]["l1"].get<double>(), expected.at("best"),
              1e-11);
  EXPECT_EQ(path.at("best"), 6);
  EXPECT_EQ(path.at("chosen"), 4);  // within one standard error
  EXPECT_EQ(report.verdict.outcome, Outcome::certified);
  EXPECT_NEAR(report.model.penalty.l1, path["points"][4]["l1"].get<double>(), 0);
}

TEST(LinearPath, SelectsTheBestWhereAsked) {
  const fs::path data = table_of_reference("cross_validation");
  const FitReport report =
      fit(path_request(data, {{"folds", "5"}, {"select", "best"}}), FitObserver{});
  EXPECT_EQ(nlohmann::json::parse(report.path).at("chosen"), 6);
}

// The files say the same as the report, and the chosen model is one of the path's.
TEST(LinearPath, WritesItsFiles) {
  const fs::path data = table_of_reference("wide");
  const FitRequest request = path_request(data, {{"l1", "0.5"}, {"l2", "0.25"}});
  const FitReport report = fit(request, FitObserver{});
  const RunPaths paths(request.run);
  const Safetensors file = read_safetensors(paths.path);
  const std::vector<double> l1 = file.numbers("l1"), l2 = file.numbers("l2"),
                            weight = file.numbers("weight");
  ASSERT_EQ(l1.size(), 20);
  ASSERT_EQ(weight.size(), 20 * 80);
  for (size_t k = 0; k < 20; ++k) EXPECT_NEAR(l2[k], l1[k] / 2, 1e-15);
  for (size_t j = 0; j < 80; ++j)
    EXPECT_NEAR(weight[19 * 80 + j], report.model.parameters[j], 5e-3) << j;
  const std::string table = read_file(paths.path_table);
  EXPECT_TRUE(table.starts_with("l1,l2,nonzeros,value,gap,explained\n"));
  EXPECT_EQ(std::count(table.begin(), table.end(), '\n'), 21);
  EXPECT_EQ(read_model(request.run).penalty.l1, l1[19]);
  EXPECT_EQ(read_json(paths.verdict).at("path").at("chosen"), 19);
}

TEST(LinearPath, ChoosesByValidationRows) {
  const fs::path data = table_of_reference("cross_validation");
  const FitReport report = fit(path_request(data, {{"validation", "0.3"}}), FitObserver{});
  const nlohmann::json path = nlohmann::json::parse(report.path);
  EXPECT_EQ(path.at("chosen"), path.at("best"));
  EXPECT_FALSE(path["points"][0].contains("held_out_error"));
  double least = 1e300;
  for (const auto& point : path["points"])
    least = std::min(least, point["held_out_loss"].get<double>());
  EXPECT_EQ(path["points"][path["chosen"].get<size_t>()]["held_out_loss"], least);
}

TEST(LinearPath, RefusesInOneLine) {
  const fs::path data = table_of_reference("tall");
  const std::map<std::string, std::string> wrong[] = {
      {{"l1", "0.1"}},
      {{"l2", "0.1"}},
      {{"select", "best"}},
      {{"lower", "1"}},
      {{"path", "0"}, {"path_ratio", "0.1"}},
      {{"path", "0"}, {"select", "best"}, {"folds", "3"}}};
  for (const auto& settings : wrong) {
    const FitRequest request = path_request(data, settings);
    try {
      fit(request, FitObserver{});
      ADD_FAILURE() << settings.begin()->first;
    } catch (const Error& error) {
      EXPECT_EQ(std::string(error.what()).find('\n'), std::string::npos);
      EXPECT_FALSE(fs::exists(request.run));
    }
  }
}

// Ended by its budget, a run goes on where it was: the path is made again and ends at the same choice.
TEST(LinearPath, ResumesAfterItsBudget) {
  const fs::path data = put(folder_of_test() / "data.csv", table_of("logistic", 200, 3));
  FitRequest request = path_request(data, {{"folds", "3"}, {"path", "10"}, {"seconds", "1e-9"}});
  const FitReport first = fit(request, FitObserver{});
  EXPECT_EQ(first.verdict.stop, "seconds");
  Settings more("fit", fit_options());
  more.set("seconds", "1000");
  const FitReport second = resume(request.run, more, FitObserver{});
  EXPECT_EQ(second.verdict.stop, "gap");
  EXPECT_EQ(second.verdict.outcome, Outcome::certified);
  EXPECT_EQ(second.path, first.path);
}

}  // namespace
}  // namespace thalweg::testing
