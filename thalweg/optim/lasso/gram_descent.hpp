// Coordinate descent on a Gram matrix: a step changes all slopes by a row of it (covariance updates), and
// a coordinate at rest costs nothing. Friedman, Hastie, Tibshirani, J. Stat. Softw. 33 (2010), 2.2.
#pragma once

#include <span>

#include "thalweg/objective/penalty.hpp"

namespace thalweg {

struct GramProblem {
  const double* gram;  // [size, size of a row `stride`], symmetric
  size_t stride;
  std::span<double> w, v;         // [size] weights, slopes of the loss
  std::span<const double> error;  // [size] how far v may be off
  double loss;                    // at w
};

// Over `which` of them, until the gap of the problem without the others is `enough` or progress ends.
// loss, w and v follow.
void descend_gram(GramProblem& problem, std::span<const size_t> which, const Penalty& penalty,
                  double enough);

}  // namespace thalweg
