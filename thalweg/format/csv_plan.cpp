#include "thalweg/format/csv_plan.hpp"

#include <algorithm>

#include "thalweg/base/memory_limit.hpp"
#include "thalweg/base/parallel.hpp"
#include "thalweg/base/text.hpp"
#include "thalweg/format/excerpt.hpp"

namespace thalweg {
namespace {

// True when the row that ends at `end` (where a '\n' or the text's end is) is blank.
bool blank_row(std::string_view text, size_t begin, size_t end, const CsvSyntax& syntax) {
  while (end > begin && syntax.blank(text[end - 1])) --end;
  return end == begin || text[end - 1] == '\n';
}

std::string character(char c) { return c == '\t' ? "tab" : fmt::format("'{}'", c); }

}  // namespace

size_t line_number(std::string_view text, size_t at) {
  return 1 +
         static_cast<size_t>(std::count(text.begin(), text.begin() + static_cast<long>(at), '\n'));
}

std::optional<CsvPlan> plan_pairing(std::string_view text, const CsvDialect& dialect,
                                    const std::string& source, size_t chunk) {
  const CsvSyntax& syntax = dialect.syntax;
  const size_t data = dialect.data, length = text.size() - data;
  std::vector<CsvCounts> counts(block_count(length, chunk));
  parallel_blocks(length, chunk, [&](size_t block, size_t begin, size_t end) {
    counts[block] = count_csv(text, data + begin, data + end, syntax);
  });
  const bool nul =
      std::any_of(counts.begin(), counts.end(), [](const CsvCounts& count) { return count.nul; });
  if (nul || text.substr(0, data).find('\0') != std::string_view::npos) {
    fail("csv: {} line {}: found a NUL byte; a text in UTF-8 was expected", source,
         line_number(text, text.find('\0')));
  }

  CsvPlan plan;
  size_t begin = data, first_row = 0;  // of the chunk that is open
  bool inside = false, last_row = false;
  for (size_t block = 0; block < counts.size(); ++block) {
    // The chunk begins behind the first row border in its block.
    const size_t border = data + block * chunk;
    if (block > 0 && border >= begin && !last_row) {
      CsvSyntax rows_only = syntax;
      rows_only.delimiter = '\n';
      CsvCursor cursor(text.data() + border, text.data() + text.size(), rows_only,
                       CsvCursor::Quotes::pair, inside);
      const size_t end = static_cast<size_t>(cursor.next() - text.data());
      last_row = end == text.size();  // and what follows only completes the counts
      if (!last_row) {
        const size_t next_row = plan.rows + !blank_row(text, data, end, syntax);
        plan.chunks.push_back({begin, end + 1, first_row, next_row - first_row});
        begin = end + 1;
        first_row = next_row;
      }
    }
    plan.rows += counts[block].rows[inside];
    inside ^= counts[block].quotes % 2 == 1;
    plan.any_quotes |= counts[block].quotes > 0;
    keep_memory_limit();  // one line a block brings in as much as the system likes
  }
  if (inside) return std::nullopt;
  if (length > 0 && text.back() != '\n' && !blank_row(text, data, text.size(), syntax)) ++plan.rows;
  plan.chunks.push_back({begin, text.size(), first_row, plan.rows - first_row});
  // A whole row takes a character a cell, but for the last row's end.
  if (plan.rows > (length + 1) / std::max<size_t>(dialect.names.size(), 1)) return std::nullopt;
  return plan;
}

CsvPlan plan_exact(std::string_view text, const CsvDialect& dialect, const std::string& source,
                   size_t chunk) {
  const CsvSyntax& syntax = dialect.syntax;
  const size_t columns = dialect.names.size();
  const char* const end = text.data() + text.size();
  CsvPlan plan;
  plan.quotes = CsvCursor::Quotes::exact;
  plan.any_quotes = true;
  size_t begin = dialect.data, first_row = 0;
  const char* row = text.data() + dialect.data;
  CsvCursor cursor(row, end, syntax, plan.quotes);
  while (row != end) {
    size_t cells = 0;
    const char* stop = row;
    do {
      stop = cursor.next();
      ++cells;
    } while (stop != end && *stop != '\n');
    const size_t at = static_cast<size_t>(row - text.data());
    const size_t next = static_cast<size_t>(stop - text.data()) + (stop != end);
    // What is malformed may lie in a later row, since the cursor looks ahead.
    if (cursor.malformed() != nullptr && cursor.malformed() < stop) {
      const size_t wrong = static_cast<size_t>(cursor.malformed() - text.data());
      const size_t line = line_number(text, wrong);
      if (text[wrong] == '"' && stop == end) {
        throw CsvQuoteError(fmt::format(
            "csv: {} line {}: a quotation mark opens here and never closes; double it or close it",
            source, line));
      }
      throw CsvQuoteError(fmt::format(
          "csv: {} line {}: {} follows a closing quotation mark; double the quotation marks inside "
          "the cell",
          source, line, excerpt(trim(text.substr(wrong, next - wrong)))));
    }
    const bool blank = cells == 1 && blank_row(text, dialect.data, next - (stop != end), syntax);
    if (!blank && cells != columns) {
      fail(
          "csv: {} line {}: found {} cells between {}, expected {} as in the first row; correct "
          "the "
          "row, or put a cell that holds the delimiter in quotes",
          source, line_number(text, at), cells, character(syntax.delimiter), columns);
    }
    plan.rows += !blank;
    row = text.data() + next;
    if (next - begin >= chunk || row == end) {
      plan.chunks.push_back({begin, next, first_row, plan.rows - first_row});
      keep_memory_limit();
      begin = next;
      first_row = plan.rows;
    }
  }
  return plan;
}

}  // namespace thalweg
