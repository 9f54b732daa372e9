// How a column of numbers is imputed and standardized.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "thalweg/data/number_summary.hpp"
#include "thalweg/data/recipe.hpp"

namespace thalweg {

// From the rows that `training` [rows] marks; `summary` is theirs. Missing cells become the median
// and get an indicator; two values become 0 and 1; others are standardized with the missing cells
// filled in. Without `scale` numbers stay as they are.
// Nothing when there are no two different values, or when they differ too little or too much to be
// divided by their deviation.
std::optional<NumberColumn> learn_numbers(const Column& column, const NumberSummary& summary,
                                          size_t rows, std::span<const uint8_t> training,
                                          bool scale);

// The number that each level of a text column reads as.
// Throws Error for a level that reads as none, with the first row that has it: "`what` "NAME": …",
// and `remedy`.
std::vector<double> level_numbers(const Table& table, const Column& column, std::string_view what,
                                  std::string_view remedy);

}  // namespace thalweg
