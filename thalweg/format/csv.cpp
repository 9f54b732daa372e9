#include "thalweg/format/csv.hpp"

#include <algorithm>
#include <cctype>
#include <cmath>
#include <limits>
#include <set>

#include "thalweg/base/error.hpp"
#include "thalweg/base/parallel.hpp"
#include "thalweg/base/text.hpp"
#include "thalweg/format/csv_cell.hpp"
#include "thalweg/format/csv_column.hpp"
#include "thalweg/format/csv_dialect.hpp"
#include "thalweg/format/csv_plan.hpp"
#include "thalweg/format/decimal.hpp"
#include "thalweg/format/excerpt.hpp"
#include "thalweg/tensor/buffer.hpp"

namespace thalweg {
namespace {

// What to do with the cells of a column.
enum class Action : uint8_t { skip, number, text };

struct Sink {
  Action action = Action::skip;
  double* numbers = nullptr;     // [rows], of numbers
  int32_t* codes = nullptr;      // [rows], of texts
  Dictionary* texts = nullptr;   // this chunk's
  NumberTally* tally = nullptr;  // this chunk's
};

class Reader {
 public:
  Reader(std::string_view text, const std::string& source, const ReadOptions& options,
         CsvDialect dialect, size_t chunk)
      : text_(text),
        source_(source),
        missing_(options.missing),
        dialect_(std::move(dialect)),
        columns_(dialect_.names.size()) {
    table_.source = source;
    table_.has_header = dialect_.has_header;
    table_.columns.resize(columns_);
    name_columns();
    for (const size_t c : columns_of(table_, options.drop, options)) dropped_.insert(c);
    for (const size_t c : columns_of(table_, options.categorical, options)) categorical_.insert(c);
    std::optional<CsvPlan> plan = plan_pairing(text_, dialect_, source_, chunk);
    if (plan) {
      plan_ = std::move(*plan);
      if (read()) return;
    }
    plan_ = plan_exact(text_, dialect_, source_, chunk);
    read();
  }

  Table take() { return std::move(table_); }

 private:
  void name_columns();
  // False when the quotation marks or the rows are not what the plan took them for.
  bool read();
  bool pass(const std::vector<Action>& actions);
  bool read_chunk(const CsvChunk& chunk, std::vector<Sink>& sinks) const;
  bool read_cell(std::string_view cell, size_t row, Sink& sink, std::string& storage) const;
  void merge_texts(size_t column);
  void check_numbers(const std::vector<Action>& actions) const;
  [[noreturn]] void refuse(size_t column, size_t at) const;

  std::string_view text_;
  const std::string& source_;
  MissingTokens missing_;
  CsvDialect dialect_;
  size_t columns_;
  std::set<size_t> dropped_, categorical_;
  CsvPlan plan_;
  Table table_;
  std::vector<Dictionary> texts_;           // [chunks, columns] while a pass goes on
  std::vector<NumberTally> chunk_tallies_;  // [chunks, columns] while a pass goes on
  std::vector<NumberTally> tallies_;        // [columns]
  std::vector<double*> cells_;              // [columns], of numbers
};

void Reader::name_columns() {
  std::set<std::string_view> seen;
  for (size_t c = 0; c < columns_; ++c) {
    table_.columns[c].name = dialect_.names[c];
    if (!seen.insert(dialect_.names[c]).second) {
      fail("csv: {}: two columns are named {}, the second at position {}; rename one", source_,
           excerpt(dialect_.names[c]), c + 1);
    }
  }
}

bool Reader::read() {
  table_.rows = plan_.rows;
  if (plan_.rows == 0) {
    fail("csv: {}: found a header and no row below it; if the first row is data, say --no-header",
         source_);
  }
  // The columns lie one after another. 64 bytes more where they would all begin in the same set of
  // the first-level cache, which a row's stores would then fight for.
  size_t stride = (plan_.rows + 7) / 8 * 8;
  if (stride % 512 == 0) stride += 8;
  std::vector<Action> actions(columns_);
  size_t numbers = 0;
  for (size_t c = 0; c < columns_; ++c) {
    actions[c] = dialect_.texts[c] || categorical_.contains(c) ? Action::text : Action::number;
    if (dropped_.contains(c)) actions[c] = Action::skip;
    numbers += actions[c] == Action::number;
  }
  auto storage = std::make_shared<Buffer<double>>(numbers * stride);
  double* next = storage->data();
  cells_.assign(columns_, nullptr);
  for (size_t c = 0; c < columns_; ++c) {
    Column& column = table_.columns[c];
    column.kind = actions[c] == Action::number ? Column::Kind::number : Column::Kind::text;
    if (actions[c] == Action::number) {
      column.numbers = unaligned(next);
      cells_[c] = next;
      next += stride;
    } else {
      column.codes.assign(plan_.rows, -1);
    }
    if (actions[c] == Action::skip) column.missing = plan_.rows;
  }
  table_.storage = storage;
  tallies_.assign(columns_, {});
  if (!pass(actions)) return false;
  check_numbers(actions);

  // What began as numbers and did not stay so is read again.
  bool again = false;
  for (size_t c = 0; c < columns_; ++c) {
    Column& column = table_.columns[c];
    if (actions[c] == Action::number && !tallies_[c].clean()) {
      actions[c] = Action::text;
      column.kind = Column::Kind::text;
      column.numbers = nullptr;
      column.codes.assign(plan_.rows, -1);
      again = true;
    } else {
      if (actions[c] == Action::number) column.missing = tallies_[c].missing;
      actions[c] = Action::skip;
    }
  }
  if (again) pass(actions);

  parallel_blocks(columns_, 1, [&](size_t c, size_t, size_t) {
    Column& column = table_.columns[c];
    if (column.kind != Column::Kind::number) return;
    constexpr double limit = 9007199254740992;  // 2^53
    column.integral =
        column.missing < plan_.rows &&
        std::all_of(column.numbers, column.numbers + plan_.rows, [](double value) {
          return std::isnan(value) || (std::fabs(value) < limit && value == std::trunc(value));
        });
  });
  return true;
}

bool Reader::pass(const std::vector<Action>& actions) {
  const size_t chunks = plan_.chunks.size();
  texts_.clear();
  texts_.resize(chunks * columns_);
  chunk_tallies_.assign(chunks * columns_, {});
  std::vector<char> regular(chunks);
  parallel_blocks(chunks, 1, [&](size_t k, size_t, size_t) {
    std::vector<Sink> sinks(columns_);
    for (size_t c = 0; c < columns_; ++c) {
      const size_t place = k * columns_ + c;
      sinks[c] = {actions[c], cells_[c], table_.columns[c].codes.data(), &texts_[place],
                  &chunk_tallies_[place]};
    }
    regular[k] = read_chunk(plan_.chunks[k], sinks);
  });
  if (!std::all_of(regular.begin(), regular.end(), [](char yes) { return yes; })) return false;
  parallel_blocks(columns_, 1, [&](size_t c, size_t, size_t) {
    if (actions[c] == Action::text) merge_texts(c);
    if (actions[c] != Action::number) return;
    for (size_t k = 0; k < chunks; ++k) tallies_[c].add(chunk_tallies_[k * columns_ + c]);
    NumberTally& tally = tallies_[c];
    tally.numbers = plan_.rows - tally.missing - tally.not_finite - tally.not_numbers;
  });
  return true;
}

bool Reader::read_chunk(const CsvChunk& chunk, std::vector<Sink>& sinks) const {
  const char *begin = text_.data() + chunk.begin, *const end = text_.data() + chunk.end;
  // Before this the fast parser would look at what is not there.
  const char* const fast = text_.data() + decimal_reach;
  CsvCursor cursor(begin, end, dialect_.syntax, plan_.quotes);
  std::string storage;
  const size_t last_row = chunk.first_row + chunk.rows;
  const bool look_again = missing_.numeric();
  size_t row = chunk.first_row;
  while (begin != end) {
    for (size_t c = 0; c < columns_; ++c) {
      const char* const stop = cursor.next();
      const bool row_ends = stop == end || *stop == '\n';
      const char *const after = stop + (stop != end), *tail = stop;
      if (row_ends) {
        if (tail > begin && tail[-1] == '\r') --tail;
        if (c == 0 && std::all_of(begin, tail, [&](char x) { return dialect_.syntax.blank(x); })) {
          begin = after;
          goto next_row;  // a blank row
        }
      }
      if (row_ends != (c + 1 == columns_) || row == last_row) return false;
      Sink& sink = sinks[c];
      if (sink.action == Action::number) {
        while (begin < tail && *begin == ' ') ++begin;
        double value;
        if (tail >= fast && plain_decimal(begin, tail, value) && !look_again) {
          sink.numbers[row] = value;
          begin = after;
          continue;
        }
      }
      if (!read_cell({begin, static_cast<size_t>(tail - begin)}, row, sink, storage)) return false;
      begin = after;
    }
    ++row;
  next_row:;
  }
  return row == last_row;
}

// The slow but complete way. False where quotation marks are not what the plan took them for.
bool Reader::read_cell(std::string_view cell, size_t row, Sink& sink, std::string& storage) const {
  const size_t at = static_cast<size_t>(cell.data() - text_.data());
  cell = trim(cell);
  storage.clear();
  if (plan_.any_quotes && dialect_.syntax.quote != 0 && !unquote(cell, storage, plan_.quotes)) {
    return false;
  }
  if (sink.action == Action::skip) return true;
  if (missing_.contains(cell)) {
    ++sink.tally->missing;
    if (sink.action == Action::number) sink.numbers[row] = std::numeric_limits<double>::quiet_NaN();
    return true;
  }
  if (sink.action == Action::text) {
    sink.codes[row] = sink.texts->code(cell, at, !storage.empty());
    return true;
  }
  double value;
  const CellNumber kind = cell_number(cell, value);
  if (kind == CellNumber::number) {
    sink.numbers[row] = value;
    return true;
  }
  ++(kind == CellNumber::not_finite ? sink.tally->not_finite : sink.tally->not_numbers);
  sink.tally->first_bad = std::min(sink.tally->first_bad, at);
  return true;
}

// Joins the chunks' dictionaries of a column of texts in the order of the file.
void Reader::merge_texts(size_t c) {
  Column& column = table_.columns[c];
  Dictionary all;
  for (size_t k = 0; k < plan_.chunks.size(); ++k) {
    const size_t place = k * columns_ + c;
    std::vector<int32_t> codes;
    for (const Dictionary::Entry& entry : texts_[place].entries())
      codes.push_back(all.merge(entry));
    const CsvChunk& chunk = plan_.chunks[k];
    for (size_t row = chunk.first_row; row < chunk.first_row + chunk.rows; ++row) {
      int32_t& code = column.codes[row];
      if (code >= 0) code = codes[static_cast<size_t>(code)];
    }
    column.missing += chunk_tallies_[place].missing;
  }
  NumberTally& tally = tallies_[c];
  tally = {.missing = column.missing};
  for (const Dictionary::Entry& entry : all.entries()) {
    column.levels.emplace_back(entry.text);
    double value;
    const CellNumber kind = cell_number(entry.text, value);
    (kind == CellNumber::number       ? tally.numbers
     : kind == CellNumber::not_finite ? tally.not_finite
                                      : tally.not_numbers) += entry.count;
    if (kind != CellNumber::number) tally.first_bad = std::min(tally.first_bad, entry.first);
  }
}

// Throws for the first cell that spoils a column of numbers.
void Reader::check_numbers(const std::vector<Action>& actions) const {
  size_t worst = SIZE_MAX, column = 0;
  for (size_t c = 0; c < columns_; ++c) {
    if (actions[c] == Action::skip || categorical_.contains(c)) continue;
    if (!tallies_[c].spoiled(plan_.rows)) continue;
    if (tallies_[c].first_bad < worst) {
      worst = tallies_[c].first_bad;
      column = c;
    }
  }
  if (worst != SIZE_MAX) refuse(column, worst);
}

void Reader::refuse(size_t column, size_t at) const {
  // The cell is read again from its place: it is the rest of a row.
  const char *const begin = text_.data() + at, *const end = text_.data() + text_.size();
  CsvCursor cursor(begin, end, dialect_.syntax, CsvCursor::Quotes::exact);
  std::string_view cell = trim({begin, static_cast<size_t>(cursor.next() - begin)});
  std::string storage;
  if (dialect_.syntax.quote != 0) unquote(cell, storage, CsvCursor::Quotes::exact);
  double value;
  const char* const wanted =
      cell_number(cell, value) == CellNumber::not_finite ? "a finite number" : "a number";
  // What can stand on a command line as it is shown: short, without quotes or control characters.
  const auto usable = [](std::string_view word) {
    return word.find('\'') == std::string_view::npos &&
           excerpt(word) == fmt::format("\"{}\"", word);
  };
  const auto argument = [](std::string_view word) {
    const bool plain = std::all_of(word.begin(), word.end(), [](unsigned char c) {
      return std::isalnum(c) != 0 || c == '_' || c == '.' || c == '/' || c == '-' || c == '@';
    });
    return plain ? std::string(word) : fmt::format("'{}'", word);
  };
  const std::string& name = table_.columns[column].name;
  const std::string place =
      table_.has_header && usable(name) ? argument(name) : fmt::format("@{}", column + 1);
  fail(
      "csv: {} line {}, column {}: {} is not {}; {}take the column for text with --categorical {}, "
      "or drop it with --drop {}",
      source_, line_number(text_, at), excerpt(name), excerpt(cell), wanted,
      usable(cell) ? fmt::format("add it with --missing {}, ", argument(cell)) : "", place, place);
}

}  // namespace

Table read_csv(std::string_view text, const std::string& source, const ReadOptions& options,
               size_t chunk) {
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  if (text.starts_with("\xFF\xFE") || text.starts_with("\xFE\xFF")) {
    fail("csv: {}: is UTF-16; convert it with iconv -f UTF-16 -t UTF-8", source);
  }
  if (text.find('\n') == std::string_view::npos && text.find('\r') < text.size() - 1) {
    fail("csv: {}: lines end in a lone carriage return; convert it with tr '\\r' '\\n'", source);
  }
  if (options.delimiter == '"' || options.delimiter == '\n' || options.delimiter == '\r') {
    fail("csv: {}: the delimiter cannot be a quotation mark or a line end; give another", source);
  }
  if (trim(text).empty()) fail("csv: {}: is empty; rows of cells were expected", source);
  CsvDialect dialect = detect_csv(text, options, '"');
  const bool tabs = dialect.syntax.delimiter == '\t';
  try {
    return Reader(text, source, options, std::move(dialect), chunk).take();
  } catch (const CsvQuoteError&) {
    if (!tabs) throw;
  }
  dialect = detect_csv(text, options, 0);
  return Reader(text, source, options, std::move(dialect), chunk).take();
}

}  // namespace thalweg
