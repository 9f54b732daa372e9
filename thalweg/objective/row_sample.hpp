// Some rows of a linear model's samples, copied: for a first approach and for estimates.
#pragma once

#include <vector>

#include "thalweg/kernel/linear.hpp"

namespace thalweg {

class RowSample {
 public:
  // `count` rows of `whole`, evenly spaced from the first.
  RowSample(const Samples& whole, size_t count);
  RowSample(const RowSample&) = delete;
  RowSample& operator=(const RowSample&) = delete;

  const Samples& samples() const { return samples_; }

 private:
  Design design_;
  std::vector<double> target_, weight_;
  Samples samples_;
};

}  // namespace thalweg
