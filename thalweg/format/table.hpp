// A table as read from a file, before any preparation: what the solver's data preparation and the
// independent verifier both start from.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "thalweg/base/unaligned.hpp"

namespace thalweg {

// One column, either of numbers or of texts.
struct Column {
  enum class Kind { number, text };

  std::string name;
  Kind kind = Kind::number;
  size_t missing = 0;  // cells without a value

  // Of a number column: value of row i at numbers[i * stride]; NaN where missing, else finite.
  const UnalignedDouble* numbers = nullptr;
  size_t stride = 1;
  bool integral = false;  // every value is a whole number of magnitude < 2^53

  // Of a text column: index into `levels` per row, -1 where missing; levels in order of first
  // appearance, blanks at either end removed.
  std::vector<int32_t> codes;  // [rows]
  std::vector<std::string> levels;

  double number(size_t row) const { return numbers[row * stride]; }
};

// Compressed sparse rows: the cells of row i are [begin[i], begin[i + 1]).
struct SparseRows {
  size_t rows = 0, columns = 0;
  std::vector<int64_t> begin;   // [rows + 1]
  std::vector<int32_t> column;  // [cells], ascending in a row, 0-based
  std::vector<double> value;    // [cells], finite
};

struct Table {
  std::string source;  // the file's name, for messages
  size_t rows = 0;
  std::vector<Column> columns;       // of libsvm: one, "target"
  std::optional<SparseRows> sparse;  // of libsvm: the features, named "1", "2", … by their index
  bool has_header = false;           // names come from the file
  std::string target, weights;       // names of the columns that the format marks as such, or ""
  std::shared_ptr<const void> storage;  // keeps `numbers` alive

  // By name, or by position: "@3" is the third, "@-1" the last. Throws Error that names the nearest
  // column when there is none.
  size_t index(std::string_view name) const;
};

}  // namespace thalweg
