// From the name of a test function to a verdict on its minimization. Nothing is written.
#pragma once

#include <string>
#include <vector>

#include "thalweg/objective/function/function.hpp"
#include "thalweg/run/fit.hpp"

namespace thalweg {

// The options of `minimize`, declared once.
std::span<const Option> minimize_options();

struct MinimizeRequest {
  std::string function;
  Settings settings;  // of minimize_options()
  MinimizeRequest();
};

// A minimum that runs from many starts ended in.
struct FoundMinimum {
  double value;
  std::vector<double> point;
  size_t times;
};

struct MinimizeReport {
  Verdict verdict;
  const FunctionRow* function = nullptr;
  std::vector<double> start, point;  // [dimension]
  std::string method, method_reason;
  std::string known;                // which known minimum the point is, in words
  std::vector<FoundMinimum> found;  // of many starts, the lowest first
  size_t starts = 1, failed = 0;    // of many starts, those that ended elsewhere than in a minimum
  std::string json;
};

// Throws Error for what is wrong with the request.
MinimizeReport minimize(const MinimizeRequest& request, const FitObserver& observer);

// "standard", a factor of it such as "10x", or numbers "1,2.5", one for each dimension or one for
// all.
std::vector<double> parse_start(const FunctionRow& row, size_t dimension, std::string_view text);

}  // namespace thalweg
