// The minimum of a small problem to about 40 digits, with its own proof: a Fenchel gap in
// many-digit arithmetic. Cells, targets, weights and penalties are taken exactly as the doubles
// that they are.
//
// Squared, Huber, quantile and both hinges are one interior-point solve (interior.hpp); logistic,
// softmax, Poisson and gamma are proximal Newton steps whose quadratic models the same code solves.
// Where the infimum is not attained, the rows (of softmax: pairs of row and class) whose loss tends
// to its infimum along a recession direction of largest support are left out: the infimum of the
// rest is attained and equals that of the whole.
#pragma once

#include <span>

#include "tests/support/problem.hpp"
#include "tests/support/real.hpp"

namespace thalweg::testing {

// value - gap <= inf P <= value. The lower end supposes a minimizer (of the rest) within a factor 5
// of the point found, in units of each column's largest cell; gap is mostly below 1e-40, at most
// 1e-30 of the value (of 1, where that is smaller).
struct ExactMinimum {
  Real value;
  Real gap;
  bool attained;  // false: there is no minimizer
};

// Throws std::runtime_error where neither 77 nor 616 digits close the gap.
ExactMinimum exact_minimum(const Problem& problem);

// P at x [parameters] (weights [outputs, columns], intercepts [outputs]) as exact sums of doubles;
// infinity outside the bounds.
Real exact_value(const Problem& problem, std::span<const double> x);

}  // namespace thalweg::testing
