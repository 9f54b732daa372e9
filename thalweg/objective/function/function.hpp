// The library of test functions: one row each, by formula, with where it starts and what is known
// of its minima.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "thalweg/base/option.hpp"
#include "thalweg/objective/traced_function.hpp"

namespace thalweg {

struct FunctionMinimum {
  double value;
  std::vector<double> point;  // [dimension]; empty: at infinity, or not printed in the source
  bool global = true;
};

struct FunctionRow {
  std::string name;
  std::string help;
  std::string formula;
  std::string source;
  size_t dimension;                                  // the default
  size_t least, most;                                // legal dimensions,
  size_t multiple;                                   // which are multiples of this
  std::vector<double> (*start)(size_t n);            // the standard one [n]
  std::vector<FunctionMinimum> (*minima)(size_t n);  // those that are known
  void (*trace)(FunctionTrace& trace, size_t n);     // appends parameters and what is minimized
  std::vector<Option> options = {};
};

// Moré, Garbow and Hillstrom 1981, then the usual ones.
std::span<const FunctionRow> functions();

// The function in so many dimensions; 0: the default. Throws Error for a number that it does not
// take.
FunctionTrace trace_function(const FunctionRow& row, size_t dimension = 0);
// Checks the number of dimensions, 0: the default.
size_t checked_dimension(const FunctionRow& row, size_t dimension);

}  // namespace thalweg
