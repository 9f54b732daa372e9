#include "thalweg/data/date_column.hpp"

#include <gtest/gtest.h>

#include "tests/data/tables.hpp"
#include "thalweg/base/error.hpp"

namespace thalweg {
namespace {

using testing::contains;
using testing::TableMaker;

std::optional<DateColumn> learned(const std::vector<std::string>& texts) {
  const Table table = TableMaker().texts("t", texts).make();
  EXPECT_TRUE(is_date(table.columns[0]));
  return learn_dates(table.columns[0], table.rows, std::vector<uint8_t>(texts.size(), 1), true);
}

std::vector<std::string> parts(const DateColumn& form) {
  std::vector<std::string> out;
  for (const DatePart& part : form.parts) out.push_back(part.part);
  return out;
}

TEST(DateColumn, TakesThePartsThatVary) {
  const DateColumn form = learned({"2011-01-03", "2012-05-03", "", "2013-01-03"}).value();
  EXPECT_EQ(form.format, "year_first");
  // 3 January 2011 and 3 January 2013 were a Monday and a Thursday, as was 3 May 2012.
  EXPECT_EQ(parts(form), (std::vector<std::string>{"year", "month", "weekday"}));
  EXPECT_EQ(form.parts[0].impute, 2012);
  EXPECT_DOUBLE_EQ(form.parts[0].center, 2012);
  EXPECT_DOUBLE_EQ(form.parts[0].scale, std::sqrt(0.5));  // with the missing one at 2012
  EXPECT_TRUE(form.indicator);

  const DateColumn minutes = learned({"31/01/2011 10:05", "31/01/2011 10:50"}).value();
  EXPECT_EQ(minutes.format, "day_first");
  EXPECT_EQ(parts(minutes), (std::vector<std::string>{"days"}));
  EXPECT_FALSE(learned({"31/01/2011", "31/01/2011"}));
  EXPECT_FALSE(is_date(TableMaker().texts("t", {"2011-01-03", "soon"}).make().columns[0]));
}

TEST(DateColumn, CellsOfEachTextAndOfMissingOnes) {
  const DateColumn form{"month_first", {{"month", 2, 4, 6}, {"day", 0, 1, 9}}, true};
  const Table table = TableMaker().texts("t", {"05/20/2011", "", "12/31/11"}).make();
  EXPECT_EQ(date_cells(form, table, table.columns[0]),
            (std::vector<double>{0.75, 20, 2.5, 31, 1, 9}));
}

TEST(DateColumn, DesignCells) {
  const Table table =
      TableMaker().texts("t", {"2011-01-03", "", "2013-01-03"}).numbers("y", {1, 2, 3}).make();
  RecipeOptions options;
  options.target = std::string("y");
  const Recipe recipe = learn(table, options);
  EXPECT_EQ(feature_names(recipe),
            (std::vector<std::string>{"t.year", "t.weekday", "t is missing"}));
  const Prepared prepared = apply(recipe, table, {}, false);
  const auto& data = std::get<DenseMatrix<double>>(prepared.design).data;
  ASSERT_EQ(data.size(), 9u);
  EXPECT_EQ(data[0], 0);  // two years: 0 and 1
  EXPECT_EQ(data[6], 1);
  EXPECT_EQ(data[3], 0.5);
  EXPECT_EQ(data[2], 0);
  EXPECT_EQ(data[5], 1);
  // A file whose cells are all missing has a column of no kind.
  const Table empty = TableMaker().numbers("t", {testing::missing}).make();
  EXPECT_EQ(std::get<DenseMatrix<double>>(apply(recipe, empty, {}, false).design).data[2], 1);
}

TEST(DateColumn, BadInputIsOneLine) {
  auto message = [](const DateColumn& form, const Table& table) -> std::string {
    try {
      date_cells(form, table, table.columns[0]);
    } catch (const Error& error) {
      return error.what();
    }
    return "";
  };
  const DateColumn form{"year_first", {{"month", 2, 4, 6}}, true};
  EXPECT_PRED2(contains, message(form, TableMaker().texts("t", {"2011-05-20", "soon"}).make()),
               "made.csv row 2, column \"t\": \"soon\" is not a date (year_first)");
  EXPECT_PRED2(contains, message(form, TableMaker().numbers("t", {1}).make()), "holds numbers");
  EXPECT_PRED2(contains,
               message({"lunar", {{"month", 2, 4, 6}}, true}, TableMaker().texts("t", {}).make()),
               "not a format of dates");
}

}  // namespace
}  // namespace thalweg
