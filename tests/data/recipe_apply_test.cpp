// The design matrix, cell for cell as docs/format/run.md says.
#include <gtest/gtest.h>

#include "tests/data/tables.hpp"
#include "thalweg/base/error.hpp"
#include "thalweg/base/parallel.hpp"
#include "thalweg/base/random.hpp"
#include "thalweg/data/recipe.hpp"

namespace thalweg {
namespace {

using testing::contains;
using testing::missing;
using testing::TableMaker;

Recipe mixed() {
  Recipe recipe;
  recipe.target = {"y", true, {"No", "Yes"}};
  recipe.columns = {
      {"id", DroppedColumn{"identifier"}},
      {"tenure", NumberColumn{32.4, 24.5, 29, true}},
      {"contract", CategoriesColumn{"month", {"year", "two"}, true, true}},
      {"plain", CategoriesColumn{"u", {"v"}, false, false}},
      {"y", DroppedColumn{"target"}},
  };
  return recipe;
}

std::string message(const Recipe& recipe, const Table& table, bool with_target) {
  try {
    apply(recipe, table, {}, with_target);
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

TEST(RecipeApply, EveryKindOfCell) {
  const Table table = TableMaker()
                          .texts("plain", {"v", "u", "", "never seen"})
                          .texts("contract", {"two", "month", "", "never seen"})
                          .numbers("tenure", {1, 72, missing, 5})
                          .texts("y", {"Yes", "No", "Yes", "No"})
                          .make();
  const Prepared prepared = apply(mixed(), table, {}, true);
  const auto& design = std::get<DenseMatrix<double>>(prepared.design);
  ASSERT_EQ(design.rows, 4u);
  ASSERT_EQ(design.columns, 7u);
  const std::vector<double> expected = {(1 - 32.4) / 24.5,  0, 0, 1, 0, 0, 1,  //
                                        (72 - 32.4) / 24.5, 0, 0, 0, 0, 0, 0,  //
                                        (29 - 32.4) / 24.5, 1, 0, 0, 0, 1, 0,  //
                                        (5 - 32.4) / 24.5,  0, 0, 0, 1, 0, 0};
  EXPECT_EQ(std::vector(design.data.begin(), design.data.end()), expected);
  EXPECT_EQ(prepared.target, (std::vector<double>{1, 0, 1, 0}));
  EXPECT_TRUE(prepared.weight.empty());
}

TEST(RecipeApply, FloatCellsAreRoundedOnce) {
  Recipe recipe = mixed();
  recipe.float32 = true;
  const Table table =
      TableMaker().texts("plain", {"v"}).texts("contract", {"two"}).numbers("tenure", {1}).make();
  const Prepared prepared = apply(recipe, table, {}, false);
  const auto& design = std::get<DenseMatrix<float>>(prepared.design);
  EXPECT_EQ(design.data[0], static_cast<float>((1 - 32.4) / 24.5));
  EXPECT_EQ(design.data[3], 1.0f);
}

TEST(RecipeApply, TakesMarkedRowsThatAreUsable) {
  Recipe recipe;
  recipe.target = {"y", false, {}};
  recipe.weights = std::string("w");
  recipe.columns = {{"a", NumberColumn{}}};
  const Table table = TableMaker()
                          .numbers("a", {1, 2, 3, 4, 5})
                          .numbers("y", {10, missing, 30, 40, 50})
                          .numbers("w", {1, 1, 0, 2, 3})
                          .make();
  const std::vector<uint8_t> mask = {0, 1, 1, 1, 1};
  const Prepared prepared = apply(recipe, table, mask, true);
  EXPECT_EQ(prepared.rows, (std::vector<size_t>{3, 4}));
  EXPECT_EQ(prepared.target, (std::vector<double>{40, 50}));
  EXPECT_EQ(prepared.weight, (std::vector<double>{2, 3}));
  EXPECT_EQ(std::get<DenseMatrix<double>>(prepared.design).data[1], 5);
  EXPECT_EQ(apply(recipe, table, mask, false).rows, (std::vector<size_t>{1, 2, 3, 4}));
}

TEST(RecipeApply, RowMajorAndColumnMajorSourcesAgreeForAnyThreads) {
  const size_t rows = 1500, width = 37;
  std::vector<double> values(rows * width);
  Random random(7, 1);
  for (double& v : values) v = random.uniform() < 0.02 ? missing : random.normal();
  TableMaker by_column;
  for (size_t j = 0; j < width; ++j) {
    std::vector<double> column;
    for (size_t i = 0; i < rows; ++i) column.push_back(values[i * width + j]);
    by_column.numbers(fmt::format("x{}", j), column);
  }
  std::vector<double> y(rows);
  for (double& v : y) v = random.normal();
  const Table a = TableMaker().matrix(values, width).numbers("y", y).make();
  const Table b = by_column.numbers("y", y).make();
  RecipeOptions options;
  options.target = std::string("y");
  set_threads(1);
  const Recipe recipe = learn(a, options);
  const Prepared one = apply(recipe, a, {}, true);
  set_threads(3);
  EXPECT_EQ(to_json(learn(a, options)), to_json(recipe));
  EXPECT_EQ(to_json(learn(b, options)), to_json(recipe));
  const Prepared other = apply(recipe, b, {}, true);
  set_threads(0);
  const auto& first = std::get<DenseMatrix<double>>(one.design).data;
  const auto& second = std::get<DenseMatrix<double>>(other.design).data;
  ASSERT_EQ(first.size(), rows * 2 * width);
  EXPECT_EQ(std::memcmp(first.data(), second.data(), first.size() * sizeof(double)), 0);
  // Standardized: mean 0, mean square 1.
  double sum = 0, squares = 0;
  for (size_t i = 0; i < rows; ++i) {
    sum += first[i * 2 * width];
    squares += first[i * 2 * width] * first[i * 2 * width];
  }
  EXPECT_NEAR(sum / static_cast<double>(rows), 0, 1e-13);
  EXPECT_NEAR(squares / static_cast<double>(rows), 1, 1e-13);
}

TEST(RecipeApply, TwoValuedNumbersBecomeExactlyZeroAndOne) {
  const Table table =
      TableMaker().numbers("a", {0.1, 0.7, 0.7, 0.1}).numbers("y", {1, 2, 3, 4}).make();
  RecipeOptions options;
  options.target = std::string("y");
  const Prepared prepared = apply(learn(table, options), table, {}, true);
  EXPECT_EQ(std::vector(std::get<DenseMatrix<double>>(prepared.design).data.begin(),
                        std::get<DenseMatrix<double>>(prepared.design).data.end()),
            (std::vector<double>{0, 1, 1, 0}));
}

TEST(RecipeApply, SparseRows) {
  Recipe recipe;
  recipe.sparse = true;
  recipe.float32 = true;
  recipe.target = {"target", true, {"-1", "1"}};
  recipe.scale = {3, 1};
  SparseRows rows;
  rows.rows = 3;
  rows.columns = 4;
  rows.begin = {0, 2, 2, 4};
  rows.column = {0, 3, 0, 1};
  rows.value = {1, 9, 2, 5};
  const Table table = TableMaker().numbers("target", {-1, 1, 1}).sparse(rows).make();
  const std::vector<uint8_t> mask = {1, 0, 1};
  const Prepared prepared = apply(recipe, table, mask, true);
  const auto& design = std::get<SparseMatrix>(prepared.design);
  EXPECT_EQ(design.columns, 2u);
  EXPECT_EQ(std::vector(design.begin.begin(), design.begin.end()), (std::vector<int64_t>{0, 1, 3}));
  EXPECT_EQ(std::vector(design.column.begin(), design.column.end()),
            (std::vector<int32_t>{0, 0, 1}));
  EXPECT_EQ(design.value[0], static_cast<double>(static_cast<float>(1.0 / 3)));
  EXPECT_EQ(prepared.target, (std::vector<double>{0, 1}));
  recipe.sparse = false;
  EXPECT_PRED2(contains, message(recipe, table, true), "these are sparse rows");
}

TEST(RecipeApply, TextAndNumbersStandInForEachOther) {
  Recipe recipe;
  recipe.columns = {{"n", NumberColumn{}}, {"c", CategoriesColumn{"7", {"8.5"}, false, false}}};
  const Table table =
      TableMaker().texts("n", {"4", "", "2.5"}).numbers("c", {8.5, 7, missing}).make();
  const Prepared prepared = apply(recipe, table, {}, false);
  const auto& data = std::get<DenseMatrix<double>>(prepared.design).data;
  EXPECT_EQ(std::vector(data.begin(), data.end()), (std::vector<double>{4, 1, 0, 0, 2.5, 0}));
}

TEST(RecipeApply, BadInputIsOneLine) {
  const auto tenure = [](std::vector<double> values) {
    return TableMaker()
        .texts("plain", {"v", "u"})
        .texts("contract", {"two", "two"})
        .numbers("tenure", values)
        .make();
  };
  const Table renamed =
      TableMaker().texts("plain", {"v"}).texts("contract", {"two"}).numbers("Tenur", {1}).make();
  EXPECT_PRED2(contains, message(mixed(), renamed, false),
               "made.csv: no column \"tenure\", which the model was fitted on (did you "
               "mean \"Tenur\"?)");
  EXPECT_PRED2(contains, message(mixed(), tenure({1, 2}), true), "no column \"y\"");
  const Table text = TableMaker()
                         .texts("plain", {"v", "u"})
                         .texts("contract", {"two", "two"})
                         .texts("tenure", {"1", "n/a"})
                         .make();
  EXPECT_PRED2(contains, message(mixed(), text, false),
               "made.csv row 2, column \"tenure\": \"n/a\" is not a number");
  Recipe recipe = mixed();
  std::get<NumberColumn>(recipe.columns[1].form) = {-1e308, 1, 0, true};
  EXPECT_PRED2(contains, message(recipe, tenure({1, 1.5e308}), false),
               "made.csv row 2, column \"tenure\": the value is too large");
  recipe = mixed();
  recipe.float32 = true;
  EXPECT_PRED2(contains, message(recipe, tenure({1, 1e41}), false), "too large");
  const Table unknown = TableMaker()
                            .texts("plain", {"v"})
                            .texts("contract", {"two"})
                            .numbers("tenure", {1})
                            .texts("y", {"Maybe"})
                            .make();
  EXPECT_PRED2(contains, message(mixed(), unknown, true),
               "row 1, target \"y\": the model does not know the label \"Maybe\"; it "
               "knows No, Yes");
}

}  // namespace
}  // namespace thalweg
