// Some columns of a linear model's samples, copied: the part that a working set is about.
#pragma once

#include <span>
#include <vector>

#include "thalweg/kernel/linear.hpp"

namespace thalweg {

class ColumnSample {
 public:
  // The columns named, ascending. `whole` must outlive this.
  ColumnSample(const Samples& whole, std::span<const size_t> columns);
  ColumnSample(const ColumnSample&) = delete;
  ColumnSample& operator=(const ColumnSample&) = delete;

  const Samples& samples() const { return samples_; }

 private:
  Design design_;
  Samples samples_;
};

}  // namespace thalweg
