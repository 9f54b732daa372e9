#include "thalweg/run/prepared_data.hpp"

#include <gtest/gtest.h>

#include <numeric>

#include "tests/run/runs.hpp"

namespace thalweg {
namespace {

using namespace testing;

TEST(PreparedData, TheFingerprintIsOfTheBytes) {
  const fs::path data = put(folder_of_test() / "data.csv", table_of("logistic", 50, 41));
  const LoadedData loaded = load(data, {});
  EXPECT_EQ(loaded.fingerprint.get(), sha256_file(data));
  EXPECT_EQ(loaded.table.rows, 50u);
  EXPECT_NE(line_of([&] { load(data.parent_path(), {}); }), "");
}

TEST(PreparedData, ChoosesAModelWithItsOptions) {
  const fs::path data = put(folder_of_test() / "data.csv", table_of("softmax", 60, 42));
  const LoadedData loaded = load(data, {});
  FitRequest request;
  request.settings.set("target", "a");
  EXPECT_EQ(choose_model(loaded.table, request.settings).row.name, "linear");
  request.settings.set("model", "huber(delta=3)");
  const ChosenModel huber = choose_model(loaded.table, request.settings);
  EXPECT_EQ(huber.loss.delta, 3);
  EXPECT_EQ(huber.call, "huber(delta=3)");
  EXPECT_TRUE(huber.reason.empty());
}

TEST(PreparedData, TheRecipeIsLearnedOnTrainingRowsAlone) {
  const fs::path data = put(folder_of_test() / "data.csv", table_of("logistic", 200, 43));
  const LoadedData loaded = load(data, {});
  FitRequest request;
  request.settings.set("target", "y");
  request.settings.set("validation", "0.25");
  const ChosenModel model = choose_model(loaded.table, request.settings);
  const Split split = split_rows(loaded.table, model, request.settings);
  const PreparedData prepared =
      prepare(loaded.table, model, request.settings, split.usable, split.training);
  ASSERT_TRUE(prepared.validation.has_value());
  EXPECT_EQ(prepared.training.rows.size() + prepared.validation->rows.size(), 200u);
  EXPECT_EQ(static_cast<size_t>(
                std::accumulate(prepared.training_rows.begin(), prepared.training_rows.end(), 0)),
            prepared.training.rows.size());
  double mean = 0;
  for (size_t row : prepared.training.rows) mean += loaded.table.columns[1].number(row);
  mean /= static_cast<double>(prepared.training.rows.size());
  EXPECT_NEAR(std::get<NumberColumn>(prepared.recipe.columns[1].form).center, mean, 1e-12);
  // Another seed, another split; the same seed, the same.
  EXPECT_EQ(split_rows(loaded.table, model, request.settings).training, split.training);
  request.settings.set("seed", "1");
  EXPECT_NE(split_rows(loaded.table, model, request.settings).training, split.training);
}

TEST(PreparedData, FoldsCoverEveryUsableRow) {
  const fs::path data =
      put(folder_of_test() / "data.csv", table_of("linear", 90, 44) + "1,2,red,\n");
  const LoadedData loaded = load(data, {});
  FitRequest request;
  request.settings.set("target", "y");
  request.settings.set("folds", "3");
  const ChosenModel model = choose_model(loaded.table, request.settings);
  std::vector<int> validated(91, 0);
  each_fold(loaded.table, model, request.settings, [&](long long, const PreparedData& part) {
    EXPECT_EQ(part.training.rows.size(), 60);
    for (const auto row : part.validation->rows) ++validated[row];
  });
  EXPECT_EQ(validated.back(), 0);  // it has no target
  EXPECT_EQ(std::count(validated.begin(), validated.end(), 1), 90);
}

}  // namespace
}  // namespace thalweg
