// The records of a run, thinned so that a long run stays small.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "thalweg/monitor/record.hpp"

namespace thalweg {

// Keeps every record up to 4,096, then every second of those, every fourth …; which ones depends on
// the step numbers alone, so that a resumed run keeps the same.
class History {
 public:
  void add(const Record& record);
  const std::vector<Record>& records() const { return records_; }
  const Record& first() const { return records_.front(); }
  std::span<const Record> second_half() const {
    return std::span(records_).subspan(records_.size() / 2);
  }

  // As numbers for a checkpoint, and back: the steps that are kept divide by the first, then follow
  // rows [records, packed_columns].
  std::vector<double> pack() const;
  // Throws Error that names `source` where the numbers are not such rows, or not of steps that are
  // kept.
  static History unpack(const std::vector<double>& numbers, const std::string& source);
  static constexpr size_t packed_columns = 6;  // step, value, gradient_norm, gap, update, predicted

 private:
  static constexpr size_t most_records = 4096;  // and never so many

  long long stride_ = 1;
  std::vector<Record> records_;
};

}  // namespace thalweg
