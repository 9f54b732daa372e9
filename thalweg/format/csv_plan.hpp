// How a CSV text is cut at row borders, so that its pieces can be read in parallel.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "thalweg/base/error.hpp"
#include "thalweg/format/csv_dialect.hpp"

namespace thalweg {

struct CsvChunk {
  size_t begin, end;       // characters; both are row borders
  size_t first_row, rows;  // data rows, blank ones not counted
};

struct CsvPlan {
  std::vector<CsvChunk> chunks;
  size_t rows = 0;
  CsvCursor::Quotes quotes = CsvCursor::Quotes::pair;
  bool any_quotes = false;
};

// The plan when every quotation mark opens or closes; whoever reads the chunks finds out whether
// that is so. Nothing when it cannot be: their number is odd, or the rows cannot all be whole.
// Throws Error for a NUL byte.
std::optional<CsvPlan> plan_pairing(std::string_view text, const CsvDialect& dialect,
                                    const std::string& source, size_t chunk);

// Quotation marks that do not pair.
class CsvQuoteError : public Error {
 public:
  using Error::Error;
};

// The plan after looking at every character in order. Throws Error at the first row whose number of
// cells is not the first row's, and CsvQuoteError at text behind a closing quote and at a quote
// that never closes.
CsvPlan plan_exact(std::string_view text, const CsvDialect& dialect, const std::string& source,
                   size_t chunk);

// The physical line, from 1, of a place in the text.
size_t line_number(std::string_view text, size_t at);

}  // namespace thalweg
