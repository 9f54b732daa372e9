// The target column: which labels it has, what a loss accepts, and the values of rows.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "thalweg/data/recipe.hpp"

namespace thalweg {

// The model for a target nobody chose one for: "logistic" for two values, "linear" for other
// numbers, "softmax" for other texts.
std::string default_model(const Table& table, size_t target);

// Per row the index of its target's value among the sorted distinct values, -1 where missing: the
// strata of a split. Throws Error above 1,000 values.
std::vector<int32_t> target_classes(const Table& table, size_t target);

// What the target is, from the rows that `mask` [rows] marks. Throws Error when it does not suit
// `kind`: names the first bad cell, and what to do.
TargetRecipe learn_target(const Table& table, size_t target, TargetKind kind,
                          std::span<const uint8_t> mask);

// Per row of `rows` the number or the class. Throws Error for a label that is not known, and for
// text where numbers are due.
std::vector<double> target_values(const TargetRecipe& recipe, const Table& table,
                                  const Column& column, std::span<const size_t> rows);

}  // namespace thalweg
