// Against the mean and population standard deviation of the imputed column.
#include "thalweg/data/number_column.hpp"

#include <gtest/gtest.h>

#include "tests/data/tables.hpp"
#include "thalweg/base/error.hpp"

namespace thalweg {
namespace {

using testing::missing;
using testing::TableMaker;

std::optional<NumberColumn> learned(const std::vector<double>& values, bool scale = true) {
  const Table table = TableMaker().numbers("a", values).make();
  const Column* column = &table.columns[0];
  const std::vector<uint8_t> training(values.size(), 1);
  return learn_numbers(*column, summarize(std::span(&column, 1), table.rows, training)[0],
                       table.rows, training, scale);
}

TEST(NumberColumn, StandardizesTheImputedColumn) {
  const auto form = learned({1, missing, 2, 6, 9, missing, 4, missing}).value();
  const std::vector<double> filled = {1, 4, 2, 6, 9, 4, 4, 4};
  double mean = 0, squares = 0;
  for (const double v : filled) mean += v / 8;
  for (const double v : filled) squares += (v - mean) * (v - mean) / 8;
  EXPECT_EQ(form.impute, 4);
  EXPECT_TRUE(form.indicator);
  EXPECT_DOUBLE_EQ(form.center, mean);
  EXPECT_DOUBLE_EQ(form.scale, std::sqrt(squares));
}

TEST(NumberColumn, TwoValues) {
  const auto form = learned({-1, 3, 3}).value();
  EXPECT_EQ(form.center, -1);
  EXPECT_EQ(form.scale, 4);
  EXPECT_EQ(form.impute, 3);  // the more frequent
  const auto halfway = learned({-1, 3, missing}).value();
  EXPECT_EQ(halfway.impute, 1);
  EXPECT_TRUE(halfway.indicator);
}

TEST(NumberColumn, AsItIs) {
  for (const std::vector<double>& values : {std::vector<double>{-1, 3, 3}, {1, 2, 6}}) {
    const auto form = learned(values, false).value();
    EXPECT_EQ(form.center, 0);
    EXPECT_EQ(form.scale, 1);
  }
}

TEST(NumberColumn, NothingToLearn) {
  EXPECT_FALSE(learned({2, 2, missing}));
  EXPECT_FALSE(learned({missing, missing}));
}

TEST(NumberColumn, LevelsOfATextColumnAsNumbers) {
  const Table table = TableMaker().texts("a", {"2.5", "", "-1e3", "x", "2.5"}).make();
  Table clean = TableMaker().texts("a", {"2.5", "", "-1e3"}).make();
  EXPECT_EQ(level_numbers(clean, clean.columns[0], "column", ""),
            (std::vector<double>{2.5, -1000}));
  try {
    level_numbers(table, table.columns[0], "column", "; correct it");
    ADD_FAILURE();
  } catch (const Error& error) {
    EXPECT_EQ(std::string(error.what()),
              table.source + " row 4, column \"a\": \"x\" is not a number; correct it");
  }
}

}  // namespace
}  // namespace thalweg
