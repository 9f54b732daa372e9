// Directions along which the value falls forever: proofs that there is no minimizer.
#pragma once

#include <span>
#include <vector>

#include "thalweg/objective/objective.hpp"

namespace thalweg {

// Whether d [parameters] proves that the infimum is not attained. With t_i = x_i'd, signs exact:
//   logistic: (2 y_i - 1) t_i >= 0 for all rows, one > 0;
//   softmax:  t_{i,y} >= t_{i,k} for all k, one >;
//   Poisson:  t_i = 0 where y_i > 0, t_i <= 0 where y_i = 0, one < 0;
// on rows of weight > 0, weights of d zero unless l1 = l2 = 0, and d in the recession cone of the box.
bool is_witness(const LinearPredictor& predictor, std::span<const double> d);

// A witness, or empty. Tries the intercept alone (one class, all counts zero), then every column
// with the intercept (a category all of whose rows have one label, a threshold that separates),
// then `moved` [parameters], in which descent moves, as it is and rounded to short fractions.
std::vector<double> find_witness(const LinearPredictor& predictor, std::span<const double> moved);

}  // namespace thalweg
