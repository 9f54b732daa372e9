// A seeded generator of small problems: every loss and penalty, crossed with the ways in which data
// can be degenerate.
#pragma once

#include <span>
#include <string>

#include "tests/support/problem.hpp"

namespace thalweg::testing {

// The kinds of degeneracy that random_problem draws from, with what each does in one line.
struct ProblemKind {
  std::string name;
  std::string help;
};
std::span<const ProblemKind> problem_kinds();

// A function of the seed alone. At most 30 rows, 8 columns and 4 classes; about one in five designs
// is sparse and one in ten float32.
Problem random_problem(uint64_t seed);

}  // namespace thalweg::testing
