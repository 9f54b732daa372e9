#include "thalweg/format/csv_column.hpp"

#include <algorithm>

#include "thalweg/base/error.hpp"

namespace thalweg {

int32_t Dictionary::insert(const Entry& entry, bool keep) {
  if (entries_.size() * 2 >= slots_.size()) grow();
  const size_t mask = slots_.size() - 1;
  for (size_t slot = entry.hash & mask;; slot = (slot + 1) & mask) {
    const int32_t code = slots_[slot];
    if (code < 0) {
      if (entries_.size() == INT32_MAX) fail("csv: a column holds more than 2^31 different texts");
      slots_[slot] = static_cast<int32_t>(entries_.size());
      entries_.push_back(entry);
      if (keep) entries_.back().text = kept_.emplace_front(entry.text);
      return slots_[slot];
    }
    Entry& known = entries_[static_cast<size_t>(code)];
    if (known.hash == entry.hash && known.text == entry.text) {
      known.count += entry.count;
      return code;
    }
  }
}

void Dictionary::grow() {
  slots_.assign(std::max<size_t>(16, slots_.size() * 2), -1);
  const size_t mask = slots_.size() - 1;
  for (size_t code = 0; code < entries_.size(); ++code) {
    size_t slot = entries_[code].hash & mask;
    while (slots_[slot] >= 0) slot = (slot + 1) & mask;
    slots_[slot] = static_cast<int32_t>(code);
  }
}

void NumberTally::add(const NumberTally& other) {
  missing += other.missing;
  numbers += other.numbers;
  not_finite += other.not_finite;
  not_numbers += other.not_numbers;
  first_bad = std::min(first_bad, other.first_bad);
}

bool NumberTally::spoiled(size_t rows) const {
  if (clean()) return false;
  if (not_numbers == 0) return true;
  const size_t cells = numbers + not_finite + not_numbers;
  return rows >= 20 && 100 * numbers >= 95 * cells;
}

}  // namespace thalweg
