#include "thalweg/run/predict.hpp"

#include <gtest/gtest.h>

#include "tests/run/runs.hpp"
#include "thalweg/format/read.hpp"
#include "thalweg/run/run_files.hpp"

namespace thalweg {
namespace {

using namespace testing;

TEST(Predict, SaysWhatTheModelSaysOfNewData) {
  const fs::path folder = folder_of_test();
  const fs::path data = put(folder / "data.csv", table_of("logistic", 300, 61));
  fit(request_of(data, folder / "run", {{"l2", "0.01"}}), {});
  // Other order, one column more, no target, an unseen color and missing cells.
  const fs::path fresh = put(
      folder / "new.csv", "color,extra,b,a\nred,1,10,0.5\npurple,2,,-1\n,3,7,\ngray,4,12,0.25\n");
  const fs::path out = put(folder / "out.csv", predict_csv(folder / "run", fresh));
  const Table table = read_table(out);
  ASSERT_EQ(table.rows, 4u);
  ASSERT_EQ(table.columns.size(), 3u);
  EXPECT_EQ(table.columns[0].name, "prediction");
  EXPECT_EQ(table.columns[1].name, "p(no)");
  EXPECT_EQ(table.columns[2].name, "p(yes)");
  for (size_t i = 0; i < 4; ++i) {
    EXPECT_NEAR(table.columns[1].number(i) + table.columns[2].number(i), 1, 1e-15);
    const auto label = static_cast<size_t>(table.columns[0].codes[i]);
    EXPECT_EQ(table.columns[0].levels[label], table.columns[2].number(i) > 0.5 ? "yes" : "no");
  }
  // The first row by hand.
  const LinearModel model = read_model(folder / "run");
  double z = model.parameters.back();
  for (size_t j = 0; j < model.features.size(); ++j) {
    const double w = model.parameters[j];
    if (model.features[j] == "color=red") z += w;
    for (const auto& [name, v] : {std::pair{"a", 0.5}, std::pair{"b", 10.0}})
      for (const ColumnRecipe& column : model.recipe.columns)
        if (column.column == name && model.features[j] == name) {
          const auto& form = std::get<NumberColumn>(column.form);
          z += w * (v - form.center) / form.scale;
        }
  }
  EXPECT_NEAR(table.columns[2].number(0), 1 / (1 + std::exp(-z)), 1e-14);

  auto refusal = [&](const std::string& text) {
    return line_of([&] { predict_csv(folder / "run", put(folder / "bad.csv", text)); });
  };
  EXPECT_TRUE(contains(refusal("color,b\nred,1\n"), "\"a\""));
  EXPECT_NE(refusal("color,a,b\nred,x,1\nred,y,2\n"), "");
  EXPECT_NE(line_of([&] { predict_csv(folder / "none", fresh); }), "");
  const std::string whole = read_file(folder / "run" / "run.json");
  put(folder / "run" / "run.json", "{\"version\": 1}");
  EXPECT_TRUE(contains(line_of([&] { predict_csv(folder / "run", fresh); }), "run.json"));
}

TEST(Predict, HeadersOfEveryModelAndQuotedLabels) {
  const fs::path folder = folder_of_test();
  const Given headers = {{"linear", "prediction"},
                         {"svm", "prediction,score"},
                         {"poisson", "prediction"},
                         {"softmax", "prediction,p(high),p(low),p(middle)"}};
  for (const auto& [model, header] : headers) {
    const fs::path data = put(folder / (model + ".csv"), table_of(model, 120, 62));
    fit(request_of(data, folder / model, {{"model", model}, {"l2", "0.1"}}), {});
    const std::string text = predict_csv(folder / model, data);
    EXPECT_EQ(text.substr(0, text.find('\n')), header);
    EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 121);
  }
  std::string text = "a,y\n";
  for (int i = 0; i < 40; ++i)
    text += fmt::format("{},{}\n", (i * 7) % 11, i % 3 == 0 ? "\"so, \"\"la\"\"\"" : "plain");
  const fs::path data = put(folder / "quoted.csv", text);
  fit(request_of(data, folder / "quoted", {{"l2", "0.1"}}), {});
  const Table table = read_table(put(folder / "out.csv", predict_csv(folder / "quoted", data)));
  EXPECT_EQ(table.columns.size(), 3u);
  EXPECT_EQ(table.columns[2].name, "p(so, \"la\")");
}

TEST(Evaluate, AllTrainingOrValidationRows) {
  const fs::path folder = folder_of_test();
  const fs::path data = put(folder / "data.csv", table_of("logistic", 400, 63));
  const fs::path run = folder / "run";
  const FitReport report = fit(request_of(data, run, {{"l2", "0.01"}, {"validation", "0.25"}}), {});
  EXPECT_EQ(evaluate(run, data, "all").count, 400u);
  EXPECT_EQ(evaluate(run, data, "training").count, report.training_rows);
  const Evaluation validation = evaluate(run, data, "validation");
  EXPECT_EQ(validation.count, report.validation_rows);
  EXPECT_EQ(nlohmann::ordered_json::parse(validation.json)["scores"].dump(),
            json_of(run / "verdict.json")["validation"].dump());
  EXPECT_EQ(evaluate(run, data, "").rows, "validation");
  EXPECT_TRUE(contains(validation.table, "roc_auc"));

  const fs::path other = put(folder / "other.csv", table_of("logistic", 100, 64));
  EXPECT_EQ(evaluate(run, other, "").rows, "all");
  EXPECT_EQ(evaluate(run, other, "all").count, 100u);
  EXPECT_TRUE(contains(line_of([&] { evaluate(run, other, "validation"); }), "--rows all"));
  const fs::path whole = folder / "whole";
  fit(request_of(data, whole, {{"l2", "0.01"}}), {});
  EXPECT_TRUE(contains(line_of([&] { evaluate(whole, data, "validation"); }), "kept back"));
  EXPECT_EQ(evaluate(whole, data, "").rows, "all");
  EXPECT_NE(line_of([&] { evaluate(whole, data, "some"); }), "");
}

}  // namespace
}  // namespace thalweg
