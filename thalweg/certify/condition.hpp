// The condition number of a linear model's Hessian, and what standardizing its columns would make
// of it.
#pragma once

#include <span>

#include "thalweg/monitor/record.hpp"
#include "thalweg/objective/objective.hpp"

namespace thalweg {

// NaN where there are more than 500 parameters; infinity where the Hessian is singular to rounding.
struct Condition {
  double number = unknown;  // largest over least eigenvalue of the smooth part's Hessian at x
  double standardized =
      unknown;  // of the sample part in columns of mean 0 and deviation 1, l2 added
  size_t widest = 0, narrowest = 0;  // columns of largest and least standard deviation
  double widest_deviation = unknown, narrowest_deviation = unknown;
};

// Exact up to rounding: all eigenvalues of the [parameters, parameters] Hessian. Softmax: its shift
// of all classes together is left out.
Condition condition(const LinearPredictor& predictor, std::span<const double> x);

}  // namespace thalweg
