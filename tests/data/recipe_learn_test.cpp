// What is learned, checked against values worked out by hand and by numpy.
#include <gtest/gtest.h>

#include "tests/data/tables.hpp"
#include "thalweg/base/error.hpp"
#include "thalweg/data/recipe.hpp"

namespace thalweg {
namespace {

using testing::contains;
using testing::missing;
using testing::TableMaker;

template <class Form>
Form form_of(const Recipe& recipe, std::string_view name) {
  for (const ColumnRecipe& column : recipe.columns)
    if (column.column == name) return std::get<Form>(column.form);
  throw std::logic_error("no such column");
}

std::string message(const Table& table, const RecipeOptions& options) {
  try {
    learn(table, options);
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

std::vector<double> counting(size_t rows, double first, double step) {
  std::vector<double> out;
  for (size_t i = 0; i < rows; ++i) out.push_back(first + step * static_cast<double>(i));
  return out;
}

template <class T>
std::vector<T> cycle(size_t rows, const std::vector<T>& values) {
  std::vector<T> out;
  for (size_t i = 0; i < rows; ++i) out.push_back(values[i % values.size()]);
  return out;
}

RecipeOptions linear() {
  RecipeOptions options;
  options.target = std::string("y");
  return options;
}

TEST(RecipeLearn, NumbersAreStandardizedAfterImputation) {
  const Table table = TableMaker()
                          .numbers("a", {1, 2, missing, 10, 4})
                          .numbers("b", {3, 5, 5, 3, 3})
                          .numbers("y", {1, 2, 3, 4, 5})
                          .make();
  const Recipe recipe = learn(table, linear());
  const auto a = form_of<NumberColumn>(recipe, "a");
  // numpy: median([1, 2, 10, 4]) = 3; mean and std of [1, 2, 3, 10, 4] = 4, 3.1622776601683795
  EXPECT_EQ(a.impute, 3);
  EXPECT_DOUBLE_EQ(a.center, 4);
  EXPECT_DOUBLE_EQ(a.scale, 3.1622776601683795);
  EXPECT_TRUE(a.indicator);
  const auto b = form_of<NumberColumn>(recipe, "b");
  EXPECT_EQ(b.center, 3);
  EXPECT_EQ(b.scale, 2);
  EXPECT_EQ(b.impute, 3);
  EXPECT_FALSE(b.indicator);
  EXPECT_EQ(form_of<DroppedColumn>(recipe, "y").reason, "target");
  EXPECT_EQ(feature_names(recipe), (std::vector<std::string>{"a", "a is missing", "b"}));
}

TEST(RecipeLearn, OnlyTrainingRowsCount) {
  const Table table = TableMaker()
                          .numbers("a", {1, 2, 3, 4, 500})
                          .texts("t", {"u", "v", "v", "u", "w"})
                          .numbers("y", {1, 2, 3, missing, 5})
                          .make();
  const std::vector<uint8_t> training = {1, 1, 1, 1, 0};
  const Recipe recipe = learn(table, linear(), training);
  const auto a = form_of<NumberColumn>(recipe, "a");
  EXPECT_DOUBLE_EQ(a.center, 2);  // rows 1 to 3: row 4 has no target
  EXPECT_DOUBLE_EQ(a.scale, std::sqrt(2.0 / 3));
  EXPECT_EQ(form_of<CategoriesColumn>(recipe, "t").reference, "v");
  EXPECT_EQ(form_of<CategoriesColumn>(recipe, "t").levels, (std::vector<std::string>{"u"}));
  EXPECT_PRED2(contains, recipe.notes.at(0), "1 of 5 rows are left out");
}

TEST(RecipeLearn, WithoutScalingNumbersStayAsTheyAre) {
  const Table table =
      TableMaker().numbers("a", {1, 2, 9}).numbers("b", {3, 5, 5}).numbers("y", {1, 2, 3}).make();
  RecipeOptions options = linear();
  options.scale = false;
  const Recipe recipe = learn(table, options);
  for (const char* name : {"a", "b"}) {
    EXPECT_EQ(form_of<NumberColumn>(recipe, name).center, 0);
    EXPECT_EQ(form_of<NumberColumn>(recipe, name).scale, 1);
  }
}

TEST(RecipeLearn, UselessColumnsAreDroppedWithANote) {
  std::vector<std::string> tickets, essays;
  for (int i = 0; i < 30; ++i) {
    tickets.push_back(fmt::format("A/{}", i / 2 * 2 + (i % 3 == 0)));
    essays.push_back(fmt::format("a long text that nobody else would write, about {}", i));
  }
  const Table table = TableMaker()
                          .numbers("instant", counting(30, 100, -1))
                          .numbers("customer_id", cycle<double>(30, counting(30, 5, 7)))
                          .numbers("always", counting(30, 4, 0))
                          .numbers("nothing", cycle<double>(30, {missing}))
                          .texts("ticket", tickets)
                          .texts("essay", essays)
                          .texts("same", cycle<std::string>(30, {"x"}))
                          .texts("blank", cycle<std::string>(30, {""}))
                          .numbers("asked", cycle<double>(30, {1, 2, 3}))
                          .numbers("paid", counting(30, 1, 3))
                          .numbers("y", cycle<double>(30, {1, 2, 3, 4}))
                          .make();
  RecipeOptions options = linear();
  options.drop = {"@9"};
  const Recipe recipe = learn(table, options);
  auto reason = [&](const char* name) { return form_of<DroppedColumn>(recipe, name).reason; };
  EXPECT_EQ(reason("instant"), "identifier");
  EXPECT_EQ(reason("customer_id"), "identifier");
  EXPECT_EQ(reason("always"), "constant");
  EXPECT_EQ(reason("nothing"), "all missing");
  EXPECT_EQ(reason("ticket"), "identifier");
  EXPECT_EQ(reason("essay"), "free text");
  EXPECT_EQ(reason("same"), "constant");
  EXPECT_EQ(reason("blank"), "all missing");
  EXPECT_EQ(reason("asked"), "asked");
  EXPECT_EQ(feature_names(recipe), (std::vector<std::string>{"paid"}));
  EXPECT_EQ(std::count(recipe.notes.begin(), recipe.notes.end(),
                       "essay: dropped, free text (30 distinct values in 30 rows)"),
            1);

  options.categorical = {"essay", "same"};
  const std::vector<std::string> features = feature_names(learn(table, options));
  ASSERT_EQ(features.size(), 30u);  // 29 essays against the first, and "paid"
  EXPECT_EQ(features[0], "essay=" + essays[1]);
}

TEST(RecipeLearn, LevelsComeByFrequencyThenText) {
  std::vector<std::string> texts;
  auto add = [&](const std::string& text, int count) {
    for (int i = 0; i < count; ++i) texts.push_back(text);
  };
  add("rare", 9), add("z", 40), add("b", 30), add("a", 30), add("odd", 5), add("", 1), add("m", 85);
  const Table table = TableMaker()
                          .texts("t", texts)
                          .texts("two", cycle<std::string>(200, {"no", "yes"}))
                          .numbers("y", cycle<double>(200, {1, 2, 3}))
                          .make();
  const Recipe recipe = learn(table, linear());
  const auto t = form_of<CategoriesColumn>(recipe, "t");
  EXPECT_EQ(t.reference, "m");
  EXPECT_EQ(t.levels, (std::vector<std::string>{"z", "a", "b"}));
  EXPECT_TRUE(t.other);
  EXPECT_TRUE(t.missing);
  const auto two = form_of<CategoriesColumn>(recipe, "two");
  EXPECT_EQ(two.reference, "no");  // ties by text
  EXPECT_FALSE(two.other);
  EXPECT_FALSE(two.missing);
  EXPECT_EQ(feature_names(recipe),
            (std::vector<std::string>{"t=z", "t=a", "t=b", "t=other", "t is missing", "two=yes"}));

  RecipeOptions options = linear();
  options.rare = 35;
  EXPECT_EQ(form_of<CategoriesColumn>(learn(table, options), "t").levels,
            (std::vector<std::string>{"z"}));
  options.rare = 1;
  options.most_levels = 3;
  EXPECT_EQ(form_of<CategoriesColumn>(learn(table, options), "t").levels,
            (std::vector<std::string>{"z", "a"}));
}

TEST(RecipeLearn, RareThreshold) {
  EXPECT_EQ(rare_threshold(10), 1u);
  EXPECT_EQ(rare_threshold(100), 5u);
  EXPECT_EQ(rare_threshold(891), 10u);
  EXPECT_EQ(rare_threshold(48842), 48u);
}

TEST(RecipeLearn, SparseColumnsAreOnlyScaled) {
  SparseRows rows;
  rows.rows = 3;
  rows.columns = 3;
  rows.begin = {0, 2, 3, 3};
  rows.column = {0, 2, 0};
  rows.value = {3, 1e200, 4};
  const Table table = TableMaker().numbers("target", {1, 2, 3}).sparse(rows).make();
  RecipeOptions options;
  options.target = "target";
  const Recipe recipe = learn(table, options);
  ASSERT_TRUE(recipe.sparse);
  ASSERT_EQ(recipe.scale.size(), 3u);
  EXPECT_DOUBLE_EQ(recipe.scale[0], std::sqrt(25.0 / 3));
  EXPECT_EQ(recipe.scale[1], 1);
  EXPECT_DOUBLE_EQ(recipe.scale[2], 1e200 * std::sqrt(1.0 / 3));
  EXPECT_EQ(feature_names(recipe), (std::vector<std::string>{"1", "2", "3"}));
  options.scale = false;
  EXPECT_EQ(learn(table, options).scale, (std::vector<double>{1, 1, 1}));
  options.drop = {"target"};
  EXPECT_PRED2(contains, message(table, options), "cannot be dropped");
}

TEST(RecipeLearn, TheTargetIsNamedOrMarked) {
  Table table = TableMaker().numbers("a", {1, 2, 9}).numbers("y", {1, 2, 3}).make();
  EXPECT_PRED2(contains, message(table, {}),
               "no target is named; choose a column with --target, "
               "one of a, y");
  table.target = std::string("y");
  EXPECT_EQ(learn(table, {}).target.column, "y");
  RecipeOptions options;
  options.target = std::string("a");
  EXPECT_EQ(learn(table, options).target.column, "a");
}

TEST(RecipeLearn, WeightsSelectRows) {
  const Table table = TableMaker()
                          .numbers("a", {1, 2, 9, 100})
                          .numbers("y", {1, 2, 3, 4})
                          .numbers("w", {1, 2, missing, 0})
                          .make();
  RecipeOptions options = linear();
  options.weights = std::string("w");
  EXPECT_EQ(usable_rows(table, options), (std::vector<uint8_t>{1, 1, 0, 0}));
  EXPECT_EQ(learn(table, options).weights, "w");
  const Table negative =
      TableMaker().numbers("a", {1, 2}).numbers("y", {1, 2}).numbers("w", {1, -2}).make();
  EXPECT_PRED2(contains, message(negative, options), "row 2, weights \"w\": -2 is negative");
  const Table zero =
      TableMaker().numbers("a", {1, 2}).numbers("y", {1, 2}).numbers("w", {0, 0}).make();
  EXPECT_PRED2(contains, message(zero, options), "above zero in no row");
}

TEST(RecipeLearn, BadInputIsOneLine) {
  EXPECT_PRED2(contains, message(TableMaker().numbers("a", {}).numbers("y", {}).make(), linear()),
               "no rows of data");
  EXPECT_PRED2(
      contains,
      message(TableMaker().numbers("a", {1, 2}).numbers("y", {missing, missing}).make(), linear()),
      "the target \"y\" has no value in any row");
  EXPECT_PRED2(contains,
               message(TableMaker().numbers("a", {1, 1}).numbers("y", {1, 2}).make(), linear()),
               "no column is left to fit on: a: dropped, always 1");
  EXPECT_PRED2(
      contains,
      message(TableMaker().numbers("a", {1, 2}).numbers("a", {1, 2}).numbers("y", {1, 2}).make(),
              linear()),
      "2 columns are called \"a\"");
  EXPECT_PRED2(
      contains,
      message(TableMaker().texts("\xff", {"u", "v"}).numbers("y", {1, 2}).make(), linear()),
      "not UTF-8");
}

TEST(RecipeLearn, HugeAndTinyNumbersKeepTheirScale) {
  const Table table = TableMaker()
                          .numbers("huge", {1e160, 3e160, 5e160})
                          .numbers("tiny", {1e-200, 3e-200, 5e-200})
                          .numbers("y", {1, 2, 3})
                          .make();
  const Recipe recipe = learn(table, linear());
  const double scale = std::sqrt(8.0 / 3);
  EXPECT_NEAR(form_of<NumberColumn>(recipe, "huge").scale / 1e160, scale, 1e-14);
  EXPECT_NEAR(form_of<NumberColumn>(recipe, "huge").center / 1e160, 3, 1e-14);
  EXPECT_NEAR(form_of<NumberColumn>(recipe, "tiny").scale / 1e-200, scale, 1e-14);
}

}  // namespace
}  // namespace thalweg
