// Columns of dates: found, taken apart into numbers, and written as design cells.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "thalweg/data/recipe.hpp"

namespace thalweg {

// True when every text of the column is a date of one format.
bool is_date(const Column& column);

// For a column of dates, from the rows that `training` [rows] marks: the parts year, month, day,
// weekday and hour that vary, each standardized as a number; `days` only where none of them does,
// because it is nearly their sum. Nothing when no part varies.
std::optional<DateColumn> learn_dates(const Column& column, size_t rows,
                                      std::span<const uint8_t> training, bool scale);

// [levels + 1, parts] cells, the last row for missing ones; without the indicator.
// Throws Error for a column of numbers, and for a text that is no date of the format.
std::vector<double> date_cells(const DateColumn& form, const Table& table, const Column& column);

}  // namespace thalweg
