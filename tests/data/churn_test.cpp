#include "thalweg/data/churn.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "tests/data/tables.hpp"
#include "thalweg/base/error.hpp"
#include "thalweg/base/text.hpp"

namespace thalweg {
namespace {

using testing::missing;
using testing::TableMaker;

// The generator writes neither quotes nor escapes.
Table read(const std::string& csv) {
  std::vector<std::string> names;
  std::vector<std::vector<std::string>> columns;
  for (const std::string_view line : split(csv, '\n')) {
    if (line.empty()) continue;
    const std::vector<std::string_view> cells = split(line, ',');
    if (names.empty()) {
      names.assign(cells.begin(), cells.end());
      columns.resize(names.size());
      continue;
    }
    EXPECT_EQ(cells.size(), names.size());
    for (size_t j = 0; j < cells.size(); ++j) columns[j].emplace_back(cells[j]);
  }
  TableMaker maker;
  for (size_t j = 0; j < names.size(); ++j) {
    std::vector<double> numbers;
    double value = 0;
    for (const std::string& cell : columns[j])
      if (cell.empty() || parse_number(cell, value))
        numbers.push_back(cell.empty() ? missing : value);
    if (numbers.size() == columns[j].size()) {
      maker.numbers(names[j], numbers);
    } else {
      maker.texts(names[j], columns[j]);
    }
  }
  return maker.make();
}

TEST(Churn, RowsDependOnSeedAndIndexAlone) {
  const std::string two = churn_table(2, 7), five = churn_table(5, 7);
  EXPECT_EQ(five.substr(0, two.size()), two);
  EXPECT_NE(churn_table(2, 8), two);
}

TEST(Churn, TheTruthIsThatOfTheData) {
  const Table table = read(churn_table(20000, 1));
  RecipeOptions options;
  options.target = "churn";
  options.kind = TargetKind::binary;
  const Recipe recipe = learn(table, options);
  const std::vector<std::string> names = feature_names(recipe);
  // Every kind of feature is there.
  for (const char* name : {"tenure", "age is missing", "senior=Yes", "contract=Two year",
                           "payment is missing", "region=other"})
    EXPECT_EQ(std::count(names.begin(), names.end(), name), 1) << name;
  EXPECT_TRUE(std::holds_alternative<DroppedColumn>(recipe.columns[0].form));

  const ChurnTruth truth = churn_truth(recipe);
  ASSERT_EQ(truth.weights.size(), names.size());
  const Prepared prepared = apply(recipe, table, {}, true);
  const auto& x = std::get<DenseMatrix<double>>(prepared.design);
  // At the true model the score of each feature, sum of (y - p) x, has mean 0 and variance
  // sum of p (1 - p) x^2.
  std::vector<double> score(x.columns + 1), variance(x.columns + 1);
  double leaving = 0;
  for (size_t i = 0; i < x.rows; ++i) {
    const double* row = x.data.data() + i * x.columns;
    double z = truth.intercept;
    for (size_t j = 0; j < x.columns; ++j) z += truth.weights[j] * row[j];
    const double p = 1 / (1 + std::exp(-z)), residual = prepared.target[i] - p;
    for (size_t j = 0; j <= x.columns; ++j) {
      const double cell = j < x.columns ? row[j] : 1;
      score[j] += residual * cell;
      variance[j] += p * (1 - p) * cell * cell;
    }
    leaving += prepared.target[i];
  }
  for (size_t j = 0; j <= x.columns; ++j)
    EXPECT_LT(std::abs(score[j]), 4 * std::sqrt(variance[j])) << j;
  EXPECT_GT(leaving / 20000, 0.2);
  EXPECT_LT(leaving / 20000, 0.35);
}

TEST(Churn, AnotherTableIsRefused) {
  Recipe recipe;
  recipe.columns = {{"elsewhere", NumberColumn{}}};
  EXPECT_THROW(churn_truth(recipe), Error);
  recipe.columns = {{"contract", CategoriesColumn{"Forever", {}, false, false}}};
  EXPECT_THROW(churn_truth(recipe), Error);
}

}  // namespace
}  // namespace thalweg
