// The demo's table: customers of a telephone company, made from a logistic model that is known, so
// that a fit can be held against the truth.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "thalweg/data/recipe.hpp"

namespace thalweg {

// CSV with a header and `rows` customers: an identifier, numbers, yes/no and categorical columns,
// missing cells, and the target "churn" (No, Yes). A row depends on the seed and its index alone.
std::string churn_table(size_t rows, uint64_t seed);

struct ChurnTruth {
  std::vector<double> weights;  // one a feature of the recipe, in its order
  double intercept = 0;
};

// The generating model in the terms of a recipe learned on such a table: what a fit without penalty
// tends to as rows are added. Exact: a missing number acts in the model as a fixed value and an
// effect of its own, and all rare regions have one effect.
// Throws Error for a recipe of another table.
ChurnTruth churn_truth(const Recipe& recipe);

}  // namespace thalweg
