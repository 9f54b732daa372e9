#include "thalweg/format/csv_dialect.hpp"

#include <algorithm>
#include <set>

#include "thalweg/base/error.hpp"
#include "thalweg/base/text.hpp"
#include "thalweg/format/csv_cell.hpp"

namespace thalweg {
namespace {

using Row = std::vector<std::string>;

struct Sample {
  std::vector<Row> rows;  // of the file, blank ones left out
  size_t second = 0;      // where the row after the first begins
};

Sample take_sample(std::string_view text, const CsvSyntax& syntax) {
  constexpr size_t most_rows = 200, most_bytes = size_t{1} << 20;
  const char *const end = text.data() + text.size(), *begin = text.data();
  CsvCursor cursor(begin, end, syntax, CsvCursor::Quotes::exact);
  Sample sample;
  Row row;
  std::string storage;
  bool more = begin != end;
  while (more && sample.rows.size() < most_rows) {
    const char* stop = cursor.next();
    std::string_view cell = trim({begin, static_cast<size_t>(stop - begin)});
    const bool last = stop == end || *stop == '\n';
    more = stop != end;
    begin = stop + (stop != end);
    if (last && row.empty() && cell.empty()) continue;  // a blank row
    if (syntax.quote != 0) unquote(cell, storage, CsvCursor::Quotes::exact);
    row.emplace_back(cell);
    if (!last) continue;
    sample.rows.push_back(std::move(row));
    row.clear();
    const size_t at = static_cast<size_t>(begin - text.data());
    if (sample.rows.size() == 1) sample.second = at;
    if (at > most_bytes && sample.rows.size() >= 2) break;
  }
  return sample;
}

// The delimiter that gives most rows the first row's number of cells, two at least; among equals
// the one with most cells.
char find_delimiter(std::string_view text, char quote) {
  char best = ',';
  double best_agreement = 0;
  size_t best_columns = 1;
  for (const char delimiter : {',', ';', '\t', '|'}) {
    const Sample sample = take_sample(text, {delimiter, quote});
    if (sample.rows.empty() || sample.rows[0].size() < 2) continue;
    const size_t columns = sample.rows[0].size();
    const auto agreeing = std::count_if(sample.rows.begin(), sample.rows.end(),
                                        [&](const Row& row) { return row.size() == columns; });
    const double agreement =
        static_cast<double>(agreeing) / static_cast<double>(sample.rows.size());
    if (agreement > best_agreement || (agreement == best_agreement && columns > best_columns)) {
      best = delimiter;
      best_agreement = agreement;
      best_columns = columns;
    }
  }
  return best;
}

// What the cells of one column are, below the first row.
struct Kinds {
  size_t numbers = 0, texts = 0;
  bool repeats_first = false;  // the first row's text stands below, too
};

std::vector<Kinds> column_kinds(const Sample& sample, size_t from, const MissingTokens& missing) {
  const Row& first = sample.rows[0];
  std::vector<Kinds> kinds(first.size());
  for (size_t i = from; i < sample.rows.size(); ++i) {
    const Row& row = sample.rows[i];
    for (size_t c = 0; c < std::min(row.size(), first.size()); ++c) {
      if (missing.contains(row[c])) continue;
      double value;
      ++(cell_number(row[c], value) == CellNumber::not_a_number ? kinds[c].texts
                                                                : kinds[c].numbers);
      if (i > 0 && row[c] == first[c]) kinds[c].repeats_first = true;
    }
  }
  return kinds;
}

// A first row is a header when more texts stand over numbers in it than numbers; where everything
// below is text as well, when it holds no number and its texts differ from one another and from
// those below them.
bool is_header(const Sample& sample, const MissingTokens& missing) {
  const Row& first = sample.rows[0];
  const std::vector<Kinds> below = column_kinds(sample, 1, missing);
  size_t over_numbers = 0, numbers = 0;
  bool names = true;
  std::set<std::string_view> seen;
  for (size_t c = 0; c < first.size(); ++c) {
    double value;
    if (cell_number(first[c], value) == CellNumber::number) {
      ++numbers;
    } else if (missing.contains(first[c])) {
      names = names && below[c].texts == 0;
    } else {
      over_numbers += below[c].numbers > 0 && below[c].texts == 0;
      names = names && seen.insert(first[c]).second && !below[c].repeats_first;
    }
  }
  if (over_numbers > 0) return over_numbers > numbers;
  return numbers == 0 && names;
}

}  // namespace

CsvDialect detect_csv(std::string_view text, const ReadOptions& options, char quote) {
  CsvDialect dialect;
  const char delimiter = options.delimiter != 0 ? options.delimiter : find_delimiter(text, quote);
  dialect.syntax = {delimiter, quote};
  const Sample sample = take_sample(text, dialect.syntax);
  if (sample.rows.empty()) return dialect;
  const MissingTokens missing(options.missing);
  dialect.has_header = !options.no_header && is_header(sample, missing);
  dialect.data = dialect.has_header ? sample.second : 0;
  const Row& first = sample.rows[0];
  for (size_t c = 0; c < first.size(); ++c) {
    const bool named = dialect.has_header && !first[c].empty();
    dialect.names.push_back(named ? first[c] : fmt::format("column {}", c + 1));
  }
  for (const Kinds& kinds : column_kinds(sample, dialect.has_header ? 1 : 0, missing)) {
    dialect.texts.push_back(kinds.texts > 0 && kinds.numbers == 0);
  }
  return dialect;
}

}  // namespace thalweg
