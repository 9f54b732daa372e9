// What a column is for, inferred from all its rows.
#pragma once

#include <string>
#include <string_view>

#include "thalweg/format/table.hpp"

namespace thalweg {

// Numbers that only name a row: whole numbers, all present, that count up or down by one in at
// least 20 rows, or are all distinct in a column whose name ends in the word id, key or number.
bool is_identifier(const Column& column, size_t rows);

enum class TextType { all_missing, constant, two_valued, categories, identifier, free_text };

// Identifier: all cells differ, or more than half of at least 20 do, of a mean length below 40;
// free text: the same, but longer.
TextType text_type(const Column& column, size_t rows);

}  // namespace thalweg
