#include "thalweg/format/libsvm.hpp"

#include <fast_float/fast_float.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <memory>
#include <span>
#include <vector>

#include "thalweg/base/error.hpp"
#include "thalweg/base/memory_limit.hpp"
#include "thalweg/base/parallel.hpp"
#include "thalweg/base/text.hpp"
#include "thalweg/format/excerpt.hpp"

namespace thalweg {
namespace {

// Small enough that two threads share a file of a few megabytes.
constexpr size_t chunk_bytes = size_t{1} << 18;
// A model has at least a float64 for each column: a line must not ask for gigabytes.
constexpr uint64_t greatest_index = 100'000'000;

bool is_digit(char c) { return static_cast<unsigned char>(c - '0') < 10; }
bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\r'; }

// How often `c` stands in `text`; counted in lanes of bytes: 20 GB/s against 6.
size_t count(std::string_view text, char c) {
  constexpr size_t lanes = 64;
  size_t total = 0;
  while (text.size() >= lanes) {
    uint8_t sums[lanes] = {};
    const size_t rows = std::min<size_t>(text.size() / lanes, 255);
    for (size_t row = 0; row < rows; ++row)
      for (size_t lane = 0; lane < lanes; ++lane)
        sums[lane] = static_cast<uint8_t>(sums[lane] + (text[row * lanes + lane] == c));
    for (const uint8_t sum : sums) total += sum;
    text.remove_prefix(rows * lanes);
  }
  return total + static_cast<size_t>(std::ranges::count(text, c));
}

// Reads a decimal number; null where there is none. Up to 15 digits it is one exact division of two
// exact numbers, hence correctly rounded (Clinger 1990); fast_float reads the rest.
const char* read_number(const char* at, const char* end, double& value) {
  static constexpr double powers[] = {1,   1e1, 1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                      1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15};
  const char* p = at + (*at == '-' || *at == '+');
  uint64_t digits = 0;
  const char* begin = p;
  for (; is_digit(*p); ++p) digits = 10 * digits + static_cast<uint64_t>(*p - '0');
  ptrdiff_t length = p - begin, fraction = 0;
  if (*p == '.') {
    const char* point = p++;
    for (; is_digit(*p); ++p) digits = 10 * digits + static_cast<uint64_t>(*p - '0');
    fraction = p - point - 1;
    length += fraction;
  }
  if (length >= 1 && length <= 15 && *p != 'e' && *p != 'E') {
    const double magnitude = static_cast<double>(digits) / powers[fraction];
    value = *at == '-' ? -magnitude : magnitude;
    return p;
  }
  if (*at == '+' && at[1] == '-') return nullptr;
  const auto result = fast_float::from_chars(at + (*at == '+'), end, value);
  return result.ec == std::errc() && std::isfinite(value) ? result.ptr : nullptr;
}

// A run of whole lines and the place of what is in them.
struct Chunk {
  std::string_view text;                 // ends with a newline
  size_t lines = 0, pairs = 0;           // counted: at most so many rows and cells
  size_t first_line = 0;                 // of the file, from 0
  size_t first_row = 0, first_cell = 0;  // reserved places
  size_t rows = 0, cells = 0;            // found
  uint32_t columns = 0;                  // greatest index
  bool zero_based = false, integral = true;
  std::string failure;
};

// Reads a chunk's lines to its reserved places.
class ChunkReader {
 public:
  ChunkReader(Chunk& chunk, SparseRows& rows, double* labels, const std::string& source)
      : chunk_(chunk),
        source_(source),
        at_(chunk.text.data()),
        end_(at_ + chunk.text.size()),
        label_(labels + chunk.first_row),
        begin_(rows.begin.data() + chunk.first_row),
        column_(rows.column.data() + chunk.first_cell),
        value_(rows.value.data() + chunk.first_cell) {}

  void read() {
    for (line_ = chunk_.first_line + 1; at_ != end_; ++line_) {
      skip_blanks();
      if (*at_ != '\n' && *at_ != '#') read_row();
      at_ = static_cast<const char*>(std::memchr(at_, '\n', end_ - at_)) + 1;
    }
  }

 private:
  void skip_blanks() {
    while (is_blank(*at_)) ++at_;
  }
  bool ends_token(const char* p) const { return is_blank(*p) || *p == '\n' || *p == '#'; }

  [[noreturn]] void refuse(std::string_view expected) const {
    const char* end = at_;
    while (!is_blank(*end) && *end != '\n') ++end;
    fail("libsvm: {} line {}: {} where {}", source_, line_,
         excerpt({at_, static_cast<size_t>(end - at_)}), expected);
  }

  void read_row() {
    double label = 0;
    const char* after = read_number(at_, end_, label);
    if (after != nullptr && *after == ',')
      refuse("one label is expected; several labels a row are not supported");
    if (after == nullptr || !ends_token(after))
      refuse("a finite number is expected as label, before any index:value");
    at_ = after;
    begin_[chunk_.rows] = static_cast<int64_t>(chunk_.first_cell + chunk_.cells);
    label_[chunk_.rows++] = label;
    chunk_.integral =
        chunk_.integral && std::abs(label) < 9007199254740992.0 && label == std::trunc(label);
    int64_t before = -1;
    while (true) {
      skip_blanks();
      if (is_digit(*at_)) {
        before = read_pair(before);
      } else if (*at_ == '\n' || *at_ == '#') {
        break;
      } else if (end_ - at_ > 4 && std::memcmp(at_, "qid:", 4) == 0) {
        while (!ends_token(at_)) ++at_;
      } else {
        refuse("index:value is expected");
      }
    }
  }

  int64_t read_pair(int64_t before) {
    const char* p = at_;
    uint64_t index = 0;
    for (; is_digit(*p); ++p)
      index = std::min<uint64_t>(10 * index + static_cast<uint64_t>(*p - '0'), 1u << 30);
    if (*p != ':') refuse("index:value is expected");
    double value = 0;
    const char* after = read_number(p + 1, end_, value);
    if (after == nullptr || !ends_token(after))
      refuse("index:value with a finite number is expected");
    const auto signed_index = static_cast<int64_t>(index);
    if (signed_index == before) refuse("a new index is expected; it stands twice in its row");
    if (signed_index < before) refuse("a larger index is expected; sort each row by index");
    if (index > greatest_index)
      refuse("an index up to 100000000 is expected; renumber the columns");
    chunk_.zero_based |= index == 0;
    chunk_.columns = std::max(chunk_.columns, static_cast<uint32_t>(index));
    // As if from 1; taken back where an index is 0.
    column_[chunk_.cells] = static_cast<int32_t>(index) - 1;
    value_[chunk_.cells++] = value;
    at_ = after;
    return signed_index;
  }

  Chunk& chunk_;
  const std::string& source_;
  const char* at_;
  const char* const end_;
  double* const label_;
  int64_t* const begin_;
  int32_t* const column_;
  double* const value_;
  size_t line_ = 0;
};

// Cuts the text into chunks of whole lines. `last_line` holds a last line that lacks its newline,
// so that every chunk ends with one and the reader can stop there without looking for the end.
std::vector<Chunk> cut(std::string_view text, std::string& last_line) {
  const size_t whole = text.rfind('\n') + 1;  // 0 where there is none
  if (whole < text.size()) last_line = std::string(text.substr(whole)) + '\n';
  std::vector<Chunk> chunks;
  for (size_t begin = 0; begin < whole;) {
    const size_t end = text.find('\n', std::min(begin + chunk_bytes, whole - 1)) + 1;
    chunks.emplace_back().text = text.substr(begin, end - begin);
    keep_memory_limit();
    begin = end;
  }
  if (!last_line.empty()) chunks.emplace_back().text = last_line;
  return chunks;
}

// Closes the gaps that notes, blank lines and qids leave between the chunks' places.
void close_gaps(std::span<const Chunk> chunks, SparseRows& sparse, std::vector<double>& labels) {
  size_t row = 0, cell = 0;
  for (const Chunk& chunk : chunks) {
    if (cell != chunk.first_cell) {
      std::copy_n(sparse.column.begin() + chunk.first_cell, chunk.cells,
                  sparse.column.begin() + cell);
      std::copy_n(sparse.value.begin() + chunk.first_cell, chunk.cells,
                  sparse.value.begin() + cell);
    }
    if (row != chunk.first_row || cell != chunk.first_cell)
      for (size_t i = 0; i < chunk.rows; ++i) {
        labels[row + i] = labels[chunk.first_row + i];
        sparse.begin[row + i] =
            sparse.begin[chunk.first_row + i] - static_cast<int64_t>(chunk.first_cell - cell);
      }
    row += chunk.rows;
    cell += chunk.cells;
  }
  labels.resize(row);
  sparse.begin.resize(row + 1);
  sparse.begin[row] = static_cast<int64_t>(cell);
  sparse.column.resize(cell);
  sparse.value.resize(cell);
  sparse.rows = row;
}

}  // namespace

Table read_libsvm(std::string_view text, const std::string& source) {
  std::string last_line;
  std::vector<Chunk> chunks = cut(text, last_line);
  parallel_blocks(chunks.size(), 1, [&](size_t i, size_t, size_t) {
    chunks[i].lines = count(chunks[i].text, '\n');
    chunks[i].pairs = count(chunks[i].text, ':');
  });
  size_t lines = 0, pairs = 0;
  for (Chunk& chunk : chunks) {
    chunk.first_line = chunk.first_row = lines;
    chunk.first_cell = pairs;
    lines += chunk.lines;
    pairs += chunk.pairs;
  }

  SparseRows sparse;
  sparse.begin.resize(lines + 1);
  sparse.column.resize(pairs);
  sparse.value.resize(pairs);
  const auto labels = std::make_shared<std::vector<double>>(lines);
  parallel_blocks(chunks.size(), 1, [&](size_t i, size_t, size_t) {
    try {
      ChunkReader(chunks[i], sparse, labels->data(), source).read();
    } catch (const Error& error) {
      chunks[i].failure = error.what();
    }
  });
  bool zero_based = false, integral = true;
  size_t columns = 0;
  for (const Chunk& chunk : chunks) {
    if (!chunk.failure.empty()) throw Error(chunk.failure);  // of the first line that is wrong
    zero_based |= chunk.zero_based;
    integral &= chunk.integral;
    columns = std::max<size_t>(columns, chunk.columns);
  }
  close_gaps(chunks, sparse, *labels);
  if (sparse.rows == 0) fail("libsvm: {}: no rows", source);
  if (zero_based) {
    ++columns;
    for (int32_t& column : sparse.column) ++column;
  }
  sparse.columns = columns;

  Table table;
  table.source = source;
  table.rows = sparse.rows;
  Column& target = table.columns.emplace_back();
  target.name = table.target = "target";
  target.numbers = unaligned(labels->data());
  target.integral = integral;
  table.sparse = std::move(sparse);
  table.storage = labels;
  return table;
}

bool looks_like_libsvm(std::string_view first_bytes) {
  while (true) {
    const size_t end = std::min(first_bytes.find('\n'), first_bytes.size());
    const bool cut_off = end == first_bytes.size();
    std::string_view line = first_bytes.substr(0, end);
    line = trim(line.substr(0, line.find('#')));
    if (line.empty() && cut_off) return false;
    first_bytes.remove_prefix(end + !cut_off);
    if (line.empty()) continue;

    size_t pairs = 0, tokens = 0;
    for (; !line.empty(); ++tokens) {
      const size_t length = std::min(line.find_first_of(" \t\r"), line.size());
      const std::string_view token = line.substr(0, length);
      line = trim(line.substr(length));
      const size_t colon = token.find(':');
      double value = 0;
      if (tokens == 0) {
        if (!parse_number(token, value)) return false;
        continue;
      }
      if (line.empty() && cut_off && pairs > 0) break;  // the last pair may be half there
      const std::string_view index = token.substr(0, std::min(colon, token.size()));
      if (colon == std::string_view::npos || !parse_number(token.substr(colon + 1), value) ||
          !(index == "qid" || (!index.empty() && std::ranges::all_of(index, is_digit))))
        return false;
      pairs += index != "qid";
    }
    return pairs > 0;
  }
}

}  // namespace thalweg
