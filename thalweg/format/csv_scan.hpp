// Where cells and rows of a CSV text end: 64 characters at a time where quotes pair up, one at a
// time where they do not.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace thalweg {

struct CsvSyntax {
  char delimiter = ',';
  char quote = '"';  // 0: a quotation mark is a character like any other
  // Characters that are trimmed at either end of a cell and that may surround its quotes.
  bool blank(char c) const { return (c == ' ' || c == '\t' || c == '\r') && c != delimiter; }
};

// What one stretch of text holds.
struct CsvCounts {
  size_t quotes = 0;
  // Rows that end in the stretch and hold more than blanks, when the stretch begins outside [0] or
  // inside [1] quotes.
  std::array<size_t, 2> rows = {0, 0};
  bool nul = false;
};
// Counts in text[begin, end). What lies before `begin` is looked at to tell blank rows.
CsvCounts count_csv(std::string_view text, size_t begin, size_t end, const CsvSyntax& syntax);

// Walks over the ends of cells.
class CsvCursor {
 public:
  enum class Quotes {
    pair,   // every quotation mark opens or closes (right for every well-formed text, and fast)
    exact,  // a quotation mark opens only as the first character of a cell, blanks aside
  };
  // `begin` lies outside quotes unless `inside` says otherwise, which pairing quotes allow.
  CsvCursor(const char* begin, const char* end, const CsvSyntax& syntax, Quotes quotes,
            bool inside = false)
      : base_(begin),
        ahead_(begin),
        end_(end),
        syntax_(syntax),
        quotes_(quotes),
        inside_(uint64_t{0} - inside) {}

  // The next delimiter or '\n' outside quotes; `end` when there is none.
  const char* next() {
    if (at_ == count_) {
      if (!refill()) return end_;
    }
    return base_ + ends_[at_++];
  }
  // Of exact quotes: where text follows a closing quote, or where a quote never closes; nullptr
  // when neither was met so far.
  const char* malformed() const { return malformed_; }

 private:
  enum class State { start, plain, quoted, closing, closed };
  // 4,096 characters a refill: their ends fit the first-level cache beside the text.
  static constexpr size_t window = 4096;

  bool refill();
  size_t exact(size_t length);

  const char* base_;   // of the ends now held
  const char* ahead_;  // the first character not yet looked at
  const char* end_;
  CsvSyntax syntax_;
  Quotes quotes_;
  uint64_t inside_;  // all bits set inside quotes
  State state_ = State::start;
  const char* opened_ = nullptr;
  const char* malformed_ = nullptr;
  size_t at_ = 0, count_ = 0;
  std::array<uint32_t, window + 64> ends_;
};

}  // namespace thalweg
