#include "thalweg/data/column_type.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

namespace thalweg {
namespace {

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }

// "id", "row_id", "customerID", "rowId"; not "paid" or "HUMID".
bool ends_in_word(std::string_view name, std::string_view word) {
  if (name.size() < word.size()) return false;
  const size_t begin = name.size() - word.size();
  for (size_t i = 0; i < word.size(); ++i) {
    const char c = name[begin + i];
    if ((is_upper(c) ? c + 32 : c) != word[i]) return false;
  }
  if (begin == 0 || !is_letter(name[begin - 1])) return true;
  return is_upper(name[begin]) && !is_upper(name[begin - 1]);
}

bool counts_by(const Column& column, size_t rows, double step) {
  for (size_t i = 1; i < rows; ++i)
    if (column.number(i) - column.number(i - 1) != step) return false;
  return true;
}

bool all_distinct(const Column& column, size_t rows) {
  std::vector<double> values(rows);
  for (size_t i = 0; i < rows; ++i) values[i] = column.number(i);
  std::sort(values.begin(), values.end());
  return std::adjacent_find(values.begin(), values.end()) == values.end();
}

}  // namespace

bool is_identifier(const Column& column, size_t rows) {
  if (!column.integral || column.missing > 0 || rows < 2) return false;
  if (rows >= 20 && (counts_by(column, rows, 1) || counts_by(column, rows, -1))) return true;
  for (const std::string_view word : {"id", "key", "number"})
    if (ends_in_word(column.name, word)) return all_distinct(column, rows);
  return false;
}

TextType text_type(const Column& column, size_t rows) {
  const size_t present = rows - column.missing, distinct = column.levels.size();
  if (distinct == 0 || present == 0) return TextType::all_missing;
  if (distinct == 1) return column.missing > 0 ? TextType::categories : TextType::constant;
  if (distinct == 2) return TextType::two_valued;
  if (distinct < present && (present < 20 || 2 * distinct <= present)) return TextType::categories;
  size_t length = 0;
  for (const std::string& level : column.levels) length += level.size();
  return length < 40 * distinct ? TextType::identifier : TextType::free_text;
}

}  // namespace thalweg
