#include "thalweg/descent/history.hpp"

#include <algorithm>

namespace thalweg {

void History::add(const Record& record) {
  if (record.step % stride_ != 0) return;
  records_.push_back(record);
  if (records_.size() < 4096) return;
  stride_ *= 2;
  std::erase_if(records_, [this](const Record& r) { return r.step % stride_ != 0; });
}

std::vector<double> History::pack() const {
  std::vector<double> out;
  for (const Record& r : records_)
    out.insert(out.end(), {static_cast<double>(r.step), r.value, r.gradient_norm, r.gap,
                           r.update_norm, r.predicted_decrease});
  return out;
}

History History::unpack(const std::vector<double>& numbers) {
  History out;
  for (size_t i = 0; i + packed_columns <= numbers.size(); i += packed_columns) {
    Record r;
    r.step = static_cast<long long>(numbers[i]);
    r.value = numbers[i + 1];
    r.gradient_norm = numbers[i + 2];
    r.gap = numbers[i + 3];
    r.update_norm = numbers[i + 4];
    r.predicted_decrease = numbers[i + 5];
    out.records_.push_back(r);
  }
  // The stride is what lies between the first two, as thinning leaves multiples of it.
  if (out.records_.size() > 1)
    out.stride_ = std::max(1LL, out.records_[1].step - out.records_[0].step);
  return out;
}

}  // namespace thalweg
