// Small text needs: suggestions for misspelled names, numbers as people write them.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace thalweg {

// Edit distance with insertions, deletions, substitutions and swaps of neighbours, each of cost 1.
int edit_distance(std::string_view a, std::string_view b);

// The candidate nearest to `name`, or "" when none is within a third of its length (at least 2).
std::string nearest(std::string_view name, std::span<const std::string> candidates);

// ` (did you mean "X"?)` or "".
std::string suggestion(std::string_view name, std::span<const std::string> candidates);

// Shortest text that reads back to the same double; "nan", "inf", "-inf" for those.
std::string shortest(double value);

// `value` to `digits` significant digits, for people.
std::string brief(double value, int digits = 4);

// 7043 as "7,043".
std::string grouped(size_t count);

// The whole of `text` as a number, blanks at either end allowed; false when it is not one.
bool parse_number(std::string_view text, double& value);
bool parse_integer(std::string_view text, long long& value);

std::string_view trim(std::string_view text);
std::vector<std::string_view> split(std::string_view text, char separator);
std::string join(std::span<const std::string> words, std::string_view separator);

}  // namespace thalweg
