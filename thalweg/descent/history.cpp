#include "thalweg/descent/history.hpp"

#include <cmath>

#include "thalweg/base/error.hpp"

namespace thalweg {

void History::add(const Record& record) {
  if (record.step % stride_ != 0) return;
  records_.push_back(record);
  if (records_.size() < most_records) return;
  stride_ *= 2;
  std::erase_if(records_, [this](const Record& r) { return r.step % stride_ != 0; });
}

std::vector<double> History::pack() const {
  std::vector<double> out = {static_cast<double>(stride_)};
  for (const Record& r : records_)
    out.insert(out.end(), {static_cast<double>(r.step), r.value, r.gradient_norm, r.gap,
                           r.update_norm, r.predicted_decrease});
  return out;
}

History History::unpack(const std::vector<double>& numbers, const std::string& source) {
  History out;
  const size_t rows = numbers.size() / packed_columns;
  if (numbers.size() % packed_columns != 1 || rows >= most_records)
    fail(
        "{}: a history of {} numbers, not of one and up to {} rows of {}; the checkpoint is "
        "damaged",
        source, numbers.size(), most_records - 1, packed_columns);
  constexpr double most = 1LL << 52;
  const double stride = numbers[0];
  if (!(stride >= 1) || !(stride <= most) || stride != std::trunc(stride))
    fail("{}: its history keeps every step that {} divides; the checkpoint is damaged", source,
         stride);
  double before = -1;
  for (size_t row = 0; row < rows; ++row) {
    const double* r = numbers.data() + 1 + row * packed_columns;
    if (!(row == 0 ? r[0] == 0 : r[0] > before) || !(r[0] <= most) || std::fmod(r[0], stride) != 0)
      fail(
          "{}: record {} of its history is of step {}, which no run keeps; the checkpoint is "
          "damaged",
          source, row, r[0]);
    before = r[0];
    Record& record = out.records_.emplace_back();
    record.step = static_cast<long long>(r[0]);
    record.value = r[1];
    record.gradient_norm = r[2];
    record.gap = r[3];
    record.update_norm = r[4];
    record.predicted_decrease = r[5];
  }
  out.stride_ = static_cast<long long>(stride);
  return out;
}

}  // namespace thalweg
