// The stored recipe applied to tables, cell by cell against values worked out by hand.
#include "thalweg/certify/verifier/recipe.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <cmath>
#include <filesystem>
#include <fstream>

#include "thalweg/base/error.hpp"
#include "thalweg/format/read.hpp"

namespace thalweg::verifier {
namespace {

const char* const people =
    "id,age,plan,since,spent,weight,left\n"
    "a1,30,basic,2020-02-29,1.5,1,yes\n"
    "a2,,gold,1969-12-31,2,2,no\n"
    "a3,50,silver,2021-01-04 18:00,1e300,0.5,no\n"
    "a4,40,,,4,1,yes\n"
    "a5,20,other thing,2021-01-04,5,0,yes\n"
    "a6,20,basic,2021-01-04,5,1,\n";

const char* const recipe_text = R"({"version": 1, "kind": "table", "float32": false,
 "target": {"column": "left", "kind": "labels", "labels": ["no", "yes"]},
 "weights": {"column": "weight"},
 "columns": [
  {"column": "id", "kind": "dropped", "reason": "identifier"},
  {"column": "age", "kind": "number", "center": 30, "scale": 3, "impute": 36, "indicator": true},
  {"column": "plan", "kind": "categories", "reference": "basic", "levels": ["gold", "silver"],
   "other": true, "missing": true},
  {"column": "since", "kind": "date", "format": "year_first", "indicator": true, "parts": [
   {"part": "year", "center": 2020, "scale": 1, "impute": 2019},
   {"part": "month", "center": 0, "scale": 1, "impute": 6},
   {"part": "day", "center": 0, "scale": 1, "impute": 15},
   {"part": "weekday", "center": 0, "scale": 1, "impute": 3},
   {"part": "hour", "center": 0, "scale": 1, "impute": 0},
   {"part": "days", "center": 0, "scale": 2, "impute": 100}]},
  {"column": "spent", "kind": "number", "center": 0, "scale": 1, "impute": 0, "indicator": false}]})";

Table table_of(const std::string& text, const std::string& name = "recipe.csv") {
  const auto path = std::filesystem::path(testing::TempDir()) /
                    ("thalweg_verifier_" + std::to_string(::getpid()) + "_" + name);
  std::ofstream(path, std::ios::binary) << text;
  return read_table(path);
}

std::vector<double> row_of(const Problem& problem, size_t i) {
  std::vector<double> out(problem.features, 0.0);
  for (size_t c = problem.begin[i]; c < problem.begin[i + 1]; ++c)
    out[problem.column[c]] = problem.value[c];
  return out;
}

Problem applied(const Json& json, const Table& table, const std::vector<uint8_t>& mask,
                LossKind kind = LossKind::logistic) {
  const Fields recipe(json, "recipe");
  Problem problem;
  problem.loss.kind = kind;
  problem.features = design_columns(recipe);
  apply_recipe(recipe, table, mask, problem);
  return problem;
}

TEST(Recipe, CellsAreAsDocumented) {
  const Json json = parse_json(recipe_text, "recipe");
  const Problem problem = applied(json, table_of(people), {1, 1, 1, 1, 0, 0});
  ASSERT_EQ(problem.features, 14u);
  ASSERT_EQ(problem.rows(), 4u);
  EXPECT_EQ(problem.target, (std::vector<double>{1, 0, 0, 1}));
  EXPECT_EQ(problem.weight, (std::vector<double>{1, 2, 0.5, 1}));
  // age, missing; gold, silver, other, missing; year … days, missing; spent
  EXPECT_EQ(row_of(problem, 0),
            (std::vector<double>{0, 0, 0, 0, 0, 0, 0, 2, 29, 5, 0, 18321 / 2.0, 0, 1.5}));
  EXPECT_EQ(row_of(problem, 1),
            (std::vector<double>{2, 1, 1, 0, 0, 0, -51, 12, 31, 2, 0, -0.5, 0, 2}));
  EXPECT_EQ(row_of(problem, 2), (std::vector<double>{(50.0 - 30) / 3, 0, 0, 1, 0, 0, 1, 1, 4, 0, 18,
                                                     18631.75 / 2, 0, 1e300}));
  EXPECT_EQ(row_of(problem, 3),
            (std::vector<double>{(40.0 - 30) / 3, 0, 0, 0, 0, 1, -1, 6, 15, 3, 0, 50, 1, 4}));
}

TEST(Recipe, UnknownAndMissingTextsWithoutColumnsAreTheReference) {
  Json json = parse_json(recipe_text, "recipe");
  json["columns"][2]["other"] = json["columns"][2]["missing"] = false;
  json["columns"][2]["levels"] = {"gold"};
  json["weights"] = nullptr;
  const Problem problem = applied(json, table_of(people), {1, 1, 1, 1, 1, 0});
  EXPECT_EQ(problem.features, 11u);
  EXPECT_TRUE(problem.weight.empty());
  for (const size_t i : {0, 2, 3, 4}) EXPECT_EQ(row_of(problem, i)[2], 0) << i;
  EXPECT_EQ(row_of(problem, 1)[2], 1);
}

TEST(Recipe, Float32RoundsEachCellOnce) {
  Json json = parse_json(recipe_text, "recipe");
  json["float32"] = true;
  const Problem problem = applied(json, table_of(people), {1, 1, 0, 1, 0, 0});
  EXPECT_EQ(row_of(problem, 2)[0], static_cast<double>(static_cast<float>(10.0 / 3)));
  EXPECT_THROW(applied(json, table_of(people), {1, 1, 1, 1, 0, 0}), Rejection);  // 1e300
}

TEST(Recipe, NumbersAsLabelsAndLevels) {
  const Table table = table_of("x,y\n1,0.1\n2,3\n1,3\n", "labels.csv");
  const Json json = parse_json(R"({"version": 1, "kind": "table", "float32": false, "weights": null,
   "target": {"column": "y", "kind": "labels", "labels": ["0.1", "3"]},
   "columns": [{"column": "x", "kind": "categories", "reference": "1", "levels": ["2"],
                "other": false, "missing": false}]})",
                               "recipe");
  const Problem problem = applied(json, table, {1, 1, 1});
  EXPECT_EQ(problem.target, (std::vector<double>{0, 1, 1}));
  EXPECT_EQ(row_of(problem, 1)[0], 1);
  EXPECT_EQ(row_of(problem, 2)[0], 0);
}

TEST(Recipe, SparseRowsAreScaledOnly) {
  const double labels[] = {1, -1};
  Table table;
  table.rows = 2;
  table.columns.emplace_back();
  table.columns[0].name = "target";
  table.columns[0].numbers = unaligned(labels);
  table.sparse = SparseRows{2, 4, {0, 2, 3}, {0, 3, 1}, {3, 5, 0.5}};
  const Json json =
      parse_json(R"({"version": 1, "kind": "sparse", "float32": false, "weights": null,
   "target": {"column": "target", "kind": "labels", "labels": ["-1", "1"]},
   "features": 3, "scale": [2, 0.1, 1]})",
                 "recipe");
  const Problem problem = applied(json, table, {1, 1});
  EXPECT_EQ(row_of(problem, 0), (std::vector<double>{1.5, 0, 0}));
  EXPECT_EQ(row_of(problem, 1), (std::vector<double>{0, 0.5 / 0.1, 0}));
  EXPECT_EQ(problem.target, (std::vector<double>{1, 0}));
}

TEST(Recipe, RowsThatCannotTakePartAreRejected) {
  const Json json = parse_json(recipe_text, "recipe");
  const Table table = table_of(people);
  EXPECT_THROW(applied(json, table, {1, 1, 1, 1, 1, 0}), Rejection);  // weight 0
  EXPECT_THROW(applied(json, table, {1, 1, 1, 1, 0, 1}), Rejection);  // no target
  Json labels = json;
  labels["target"]["labels"] = {"yes", "maybe"};
  EXPECT_THROW(applied(labels, table, {1, 1, 0, 0, 0, 0}), Rejection);  // unknown label
  Json number = json;
  number["target"] = {{"column", "spent"}, {"kind", "number"}};
  EXPECT_THROW(applied(number, table, {1, 0, 0, 0, 0, 0}), Rejection);  // 1.5 is no class
  EXPECT_NO_THROW(applied(number, table, {1, 0, 0, 0, 0, 0}, LossKind::gamma));
}

TEST(Recipe, DamageIsAnError) {
  const Table table = table_of(people);
  const std::vector<uint8_t> mask = {1, 1, 1, 1, 0, 0};
  const Json whole = parse_json(recipe_text, "recipe");
  auto refused = [&](const char* at, const Json& value) {
    Json json = whole;
    json[Json::json_pointer(at)] = value;
    try {
      applied(json, table, mask);
    } catch (const Error& error) {
      EXPECT_EQ(std::string(error.what()).find('\n'), std::string::npos);
      return true;
    }
    return false;
  };
  EXPECT_TRUE(refused("/version", 2));
  EXPECT_TRUE(refused("/kind", "sparse"));
  EXPECT_TRUE(refused("/columns/1/column", "gone"));
  EXPECT_TRUE(refused("/columns/1/column", "id"));  // texts
  EXPECT_TRUE(refused("/columns/1/scale", 0));
  EXPECT_TRUE(refused("/columns/1/kind", "number\n"));
  EXPECT_TRUE(refused("/columns/2/levels", Json::array({"gold", "gold"})));
  EXPECT_TRUE(refused("/columns/2/levels", Json::array({"basic"})));
  EXPECT_TRUE(refused("/columns/3/format", "day-first"));
  EXPECT_TRUE(refused("/columns/3/format", "day_first"));
  EXPECT_TRUE(refused("/columns/3/column", "age"));
  EXPECT_TRUE(refused("/columns/3/column", "plan"));
  EXPECT_TRUE(refused("/columns/3/parts/0/part", "century"));
  EXPECT_TRUE(refused("/target/column", "gone"));
  EXPECT_TRUE(refused("/target/labels", Json::array({"no", "no"})));
  EXPECT_TRUE(refused("/weights/column", "plan"));
  EXPECT_TRUE(refused("/float32", 1));
  EXPECT_TRUE(refused("/columns", Json::object()));
  EXPECT_FALSE(refused("/columns/0/reason", "none"));
}

}  // namespace
}  // namespace thalweg::verifier
