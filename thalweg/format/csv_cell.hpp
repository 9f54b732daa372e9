// What one cell of a CSV text says: blanks and quotes removed, a missing token or not.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "thalweg/format/csv_scan.hpp"

namespace thalweg {

// Removes the quotes around `cell` (trimmed) and undoubles those inside; `storage` is used where
// characters had to be moved, and must then outlive `cell`. Of pairing quotes, false when the
// quotes do not form one quoted cell.
bool unquote(std::string_view& cell, std::string& storage, CsvCursor::Quotes quotes);

// The texts that mean "no value": the empty one, NA, N/A, n/a, NaN, nan, null, NULL, None, ?, and
// the user's own.
class MissingTokens {
 public:
  explicit MissingTokens(const std::vector<std::string>& further);
  // `cell` trimmed and unquoted.
  bool contains(std::string_view cell) const {
    return (lengths_ >> (cell.size() < 63 ? cell.size() : 63) & 1) != 0 && among(cell);
  }
  // True when one of them is a number, so that numbers must be looked at too.
  bool numeric() const { return numeric_; }

 private:
  bool among(std::string_view cell) const;
  std::vector<std::string> tokens_;
  uint64_t lengths_ = 0;  // bit n: there is one of n characters (63: or more)
  bool numeric_ = false;
};

enum class CellNumber { number, not_finite, not_a_number };
// The cell (trimmed, unquoted) as a number: an optional sign, digits with an optional point, an
// optional exponent. "inf", "nan" and what overflows is `not_finite`.
CellNumber cell_number(std::string_view cell, double& value);

}  // namespace thalweg
