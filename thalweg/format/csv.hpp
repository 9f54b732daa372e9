// CSV as people write it: RFC 4180 and what is found beside it.
//
// The text is cut at row borders found from the parity of quotation marks and read in parallel in
// one pass, numbers straight into their columns. Where a quotation mark turns out to be an ordinary
// character, the borders are found again one character at a time.
//
// - Comma, semicolon, tab or bar, and whether there is a header, are found out from the first rows.
// - Rows end in LF or CRLF; rows of nothing but blanks are passed over; a UTF-8 byte order mark
// too.
// - Cells are trimmed of blanks, then unquoted, then trimmed again.
// - In a text separated by tabs whose quotation marks do not pair, they are ordinary characters.
// - A column is of numbers when every cell that is not missing is a finite one, else of texts; so is
//   one that is asked to be. Where nobody asked and 95 % of the cells are numbers, it is an Error.
#pragma once

#include <string>
#include <string_view>

#include "thalweg/format/read.hpp"
#include "thalweg/format/table.hpp"

namespace thalweg {

// `source` names the text in messages. `chunk` is the number of characters read at a time; it
// changes nothing but the speed.
// Throws Error in one line: an empty text, a header alone, a row with too many or too few cells,
// a quotation mark that does not close, two columns of one name, a cell that is not a finite number
// among numbers, a NUL byte, UTF-16.
// Cost: one pass over the text, and one more where a column's first 200 rows hold numbers and later
// ones texts. Memory: 8 bytes a cell of numbers, 4 a cell of texts, and each different text once.
Table read_csv(std::string_view text, const std::string& source, const ReadOptions& options = {},
               size_t chunk = size_t{1} << 20);

}  // namespace thalweg
