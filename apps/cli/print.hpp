// Text for people: what fits a terminal, aligned columns, emphasis where it is wanted.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace thalweg::cli {

// Writes the whole text to standard output. Throws Error when that fails (a full disk).
void print(std::string_view text);

// Whether the descriptor is a terminal that can move its cursor.
bool terminal(int descriptor);
// Columns of the terminal; 80 where there is none.
size_t width(int descriptor);

// Emphasis on a terminal without NO_COLOR, plain elsewhere.
enum class Emphasis { bold, good, bad, faint };
std::string emphasized(std::string_view text, Emphasis emphasis, int descriptor = 1);

// Characters, not bytes, of UTF-8.
size_t characters(std::string_view text);
// Control characters replaced and no longer than 2,000 bytes: one line of a terminal.
std::string one_line(std::string_view text);
// Broken at blanks to the width of standard output; lines after the first begin with `indent`
// blanks, and the first is taken to stand behind as many.
std::string wrapped(std::string_view text, size_t indent);
// `left`, then `text` wrapped from `column` on, with a line end.
std::string entry(std::string_view left, std::string_view text, size_t column);
// Rows of cells as lines: each column as wide as its widest cell, two blanks between, `indent`
// blanks before; those of `right` (one mark a column, 'r' or 'l') flush right.
std::string aligned(const std::vector<std::vector<std::string>>& rows, size_t indent,
                    std::string_view sides);
// "7,043 rows", "1 row".
std::string counted(size_t count, std::string_view noun);
// Seconds as people say them: "0.31 s", "12 s", "3 min", "2.1 h".
std::string duration(double seconds);
// A word that a shell reads back as it is.
std::string quoted(const std::string& word);

}  // namespace thalweg::cli
