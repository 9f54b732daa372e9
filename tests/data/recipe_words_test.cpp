#include <gtest/gtest.h>

#include "thalweg/data/recipe.hpp"

namespace thalweg {
namespace {

TEST(RecipeWords, OneLineAColumn) {
  Recipe recipe;
  recipe.target = {"Churn", true, {"No", "Yes"}};
  recipe.float32 = true;
  recipe.columns = {
      {"customerID", DroppedColumn{"identifier"}},
      {"tenure", NumberColumn{32.4, 24.5, 29, true}},
      {"raw", NumberColumn{0, 1, 2, false}},
      {"Contract", CategoriesColumn{"Month-to-month", {"One year", "Two year"}, false, true}},
      {"joined", DateColumn{"year_first", {{"year", 2017, 1.5, 2017}}, true}},
      {"Churn", DroppedColumn{"target"}}};
  EXPECT_EQ(
      in_words(recipe),
      (std::vector<std::string>{
          "customerID: dropped, identifier",
          "tenure: number, (value − 32.4) / 24.5; missing cells count as 29 and are marked in a "
          "column of their own",
          "raw: number, as it is",
          "Contract: categories, a column each for One year, Two year, missing cells; against "
          "Month-to-month",
          "joined: date (year_first), a column each for year (value − 2017) / 1.5, "
          "missing cells",
          "Churn: the target", "target Churn: labels No, Yes",
          "cells missing or unknown where training had none: a number's mean, a category's "
          "reference",
          "every cell is rounded to float32"}));
  EXPECT_EQ(feature_names(recipe),
            (std::vector<std::string>{"tenure", "tenure is missing", "raw", "Contract=One year",
                                      "Contract=Two year", "Contract is missing", "joined.year",
                                      "joined is missing"}));
}

}  // namespace
}  // namespace thalweg
