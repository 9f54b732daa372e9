// Healthy problems of any size, for what must work rather than what must not break.
#pragma once

#include "tests/support/problem.hpp"

namespace thalweg::testing {

// Standard normal columns, a target drawn from a linear model of them that no column separates; a
// function of its arguments alone. Softmax has 3 classes.
Problem typical_problem(LossKind loss, size_t rows, size_t columns, uint64_t seed);

// The penalties that every test of all losses goes over: none, l2, l1, elastic net, non-negative,
// box.
struct NamedPenalty {
  std::string name;
  Penalty penalty;
};
const std::vector<NamedPenalty>& typical_penalties();

}  // namespace thalweg::testing
