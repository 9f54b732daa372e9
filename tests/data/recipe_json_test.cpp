// The recipe's JSON, as in docs/format/run.md, and what a reader refuses.
#include <gtest/gtest.h>

#include "tests/data/tables.hpp"
#include "thalweg/base/error.hpp"
#include "thalweg/data/recipe.hpp"

namespace thalweg {
namespace {

using testing::contains;

constexpr const char* table_text =
    R"({"version":1,"kind":"table","float32":false,)"
    R"("target":{"column":"Churn","kind":"labels","labels":["No","Yes"]},"weights":null,"columns":[)"
    R"({"column":"customerID","kind":"dropped","reason":"identifier"},)"
    R"({"column":"tenure","kind":"number","center":32.4,"scale":24.5,"impute":29.0,"indicator":false},)"
    R"({"column":"Contract","kind":"categories","reference":"Month-to-month",)"
    R"("levels":["One year","Two year"],"other":false,"missing":false},)"
    R"({"column":"joined","kind":"date","format":"year_first","parts":[)"
    R"({"part":"year","center":2017.2,"scale":1.5,"impute":2017.0}],"indicator":true}]})";

std::string message(const std::string& text) {
  try {
    recipe_from_json(text, "model.safetensors");
  } catch (const Error& error) {
    EXPECT_EQ(std::string(error.what()).find('\n'), std::string::npos);
    return error.what();
  }
  return "";
}

std::string replaced(std::string text, const std::string& what, const std::string& with) {
  const size_t at = text.find(what);
  EXPECT_NE(at, std::string::npos) << what;
  return text.replace(at, what.size(), with);
}

TEST(RecipeJson, ReadsTheDocumentedFormAndWritesItBack) {
  const Recipe recipe = recipe_from_json(table_text, "model.safetensors");
  EXPECT_EQ(to_json(recipe), table_text);
  EXPECT_EQ(recipe.target.labels.size(), 2u);
  EXPECT_EQ(std::get<NumberColumn>(recipe.columns[1].form).center, 32.4);
  EXPECT_EQ(std::get<DateColumn>(recipe.columns[3].form).parts[0].part, "year");
}

TEST(RecipeJson, Sparse) {
  const std::string text =
      R"({"version":1,"kind":"sparse","float32":true,"target":{"column":"target","kind":"number"},)"
      R"("weights":{"column":"w"},"features":2,"scale":[0.5,0.1]})";
  EXPECT_EQ(to_json(recipe_from_json(text, "m")), text);
  EXPECT_PRED2(contains, message(replaced(text, "\"features\":2", "\"features\":3")), "features");
  EXPECT_PRED2(contains, message(replaced(text, "0.5", "0")), "above zero");
}

TEST(RecipeJson, NumbersKeepTheirBits) {
  Recipe recipe;
  recipe.target.column = "y";
  const std::vector<double> values = {0.1, 1.0 / 3, 1e-310, 1.7976931348623157e308, -0.0};
  for (const double v : values) recipe.columns.push_back({"a", NumberColumn{v, 3.3e-5, v, false}});
  const Recipe back = recipe_from_json(to_json(recipe), "m");
  for (size_t k = 0; k < values.size(); ++k) {
    const auto form = std::get<NumberColumn>(back.columns[k].form);
    EXPECT_EQ(std::memcmp(&form.center, &values[k], sizeof(double)), 0) << values[k];
    EXPECT_EQ(form.scale, 3.3e-5);
  }
}

TEST(RecipeJson, RefusesWhatItDoesNotKnow) {
  const std::string text = table_text;
  EXPECT_PRED2(contains, message(replaced(text, "\"version\":1", "\"version\":2")),
               "made by a newer version of thalweg");
  EXPECT_PRED2(contains, message("{"), "not valid JSON");
  EXPECT_PRED2(contains, message("[]"), "an object was expected");
  EXPECT_PRED2(contains, message(std::string(100000, '[')), "nested too deeply");
  EXPECT_PRED2(contains, message(replaced(text, "\"scale\":24.5", "\"scale\":0")), "above zero");
  EXPECT_PRED2(contains, message(replaced(text, "\"scale\":24.5", "\"scale\":1e999")), "JSON");
  EXPECT_PRED2(contains, message(replaced(text, "32.4", "\"x\"")), "a finite number");
  EXPECT_PRED2(contains, message(replaced(text, "\"impute\":29.0,", "")), "\"impute\" is missing");
  EXPECT_PRED2(contains, message(replaced(text, "\"impute\":29.0", "\"impute\":29.0,\"more\":1")),
               "\"more\" is not known");
  EXPECT_PRED2(contains, message(replaced(text, "\"impute\":29.0", "\"impute\":29.0,\"impute\":1")),
               "stands twice");
  EXPECT_PRED2(contains, message(replaced(text, "\"No\",", "")), "at least two");
  EXPECT_PRED2(contains, message(replaced(text, "\"No\"", "\"Yes\"")), "without repetitions");
  EXPECT_PRED2(contains, message(replaced(text, "\"One year\"", "\"Month-to-month\"")),
               "without the reference");
  EXPECT_PRED2(contains, message(replaced(text, "\"part\":\"year\"", "\"part\":\"eon\"")),
               "one of year");
  EXPECT_PRED2(contains, message(replaced(text, "\"kind\":\"table\"", "\"kind\":\"cube\"")),
               "\"table\" or \"sparse\"");
  EXPECT_PRED2(contains, message(replaced(text, "\"kind\":\"number\"", "\"kind\":\"numbers\"")),
               "dropped, number, categories or date");
}

}  // namespace
}  // namespace thalweg
