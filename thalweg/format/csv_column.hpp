// What is found in one column while its cells are read: texts as codes, and how many cells were
// numbers.
#pragma once

#include <cstdint>
#include <forward_list>
#include <string>
#include <string_view>
#include <vector>

namespace thalweg {

// Distinct texts in order of first appearance.
class Dictionary {
 public:
  struct Entry {
    std::string_view text;
    size_t hash;
    size_t count;  // cells that say it
    size_t first;  // where in the file the first of them stands
  };

  // The code of `text`, which stays where it is as long as this lives, or is copied when `keep`.
  int32_t code(std::string_view text, size_t at, bool keep) {
    return insert({text, std::hash<std::string_view>()(text), 1, at}, keep);
  }
  // Adds another dictionary's entry.
  int32_t merge(const Entry& entry) { return insert(entry, false); }
  const std::vector<Entry>& entries() const { return entries_; }

 private:
  int32_t insert(const Entry& entry, bool keep);
  void grow();

  std::vector<Entry> entries_;
  std::vector<int32_t> slots_;           // open addressing, a power of two; -1 is free
  std::forward_list<std::string> kept_;  // takes no memory while empty: there may be many of these
};

// How many cells of a column are numbers, and where the first that is none stands.
struct NumberTally {
  size_t missing = 0, numbers = 0, not_finite = 0, not_numbers = 0;
  size_t first_bad = SIZE_MAX;

  void add(const NumberTally& other);
  bool clean() const { return not_finite == 0 && not_numbers == 0; }
  // True when the column is meant to hold numbers and a cell fails to be one: all but cells such as
  // `inf` are numbers, or 95 % of them are, in a table of 20 rows or more.
  bool spoiled(size_t rows) const;
};

}  // namespace thalweg
