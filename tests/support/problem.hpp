// A small problem of a linear predictor that owns its data: what the generator makes, the solver
// solves and the exact arithmetic judges.
#pragma once

#include <string>
#include <vector>

#include "thalweg/kernel/linear.hpp"
#include "thalweg/objective/objective.hpp"

namespace thalweg::testing {

struct Problem {
  uint64_t seed = 0;
  std::string kind;  // of degeneracy, one of problem_kinds()
  Design design;
  std::vector<double> target;  // [rows]
  std::vector<double> weight;  // [rows], or empty: all 1
  Loss loss;
  size_t outputs = 1;
  Penalty penalty;

  // Points into this problem. The loss's total weight is summed in row order.
  Samples samples() const;
  // The design's cells as doubles [rows, columns]; float cells are exact doubles.
  std::vector<double> cells() const;
};

}  // namespace thalweg::testing
