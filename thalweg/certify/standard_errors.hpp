// How well the parameters of a least-squares fit are known.
#pragma once

#include <span>
#include <vector>

#include "thalweg/objective/objective.hpp"

namespace thalweg {

struct ParameterEstimate {
  double value, standard_error;
  double t;          // value over its standard error
  double low, high;  // the interval that holds the true one with probability 95 %
};

struct Estimates {
  std::vector<ParameterEstimate> parameters;  // [size]
  double residual_deviation;                  // sqrt(|r|^2 / freedom)
  size_t freedom;                             // residuals - parameters
};

// From the Jacobian J at x: standard errors are the roots of the diagonal of (J'J)^-1 |r|^2 /
// (count - size), those of the linear model that touches the curve at x, under independent errors of
// equal variance. NaN where there are no more residuals than parameters, infinity for a parameter
// that J does not determine.
Estimates estimate_parameters(LeastSquares& squares, std::span<const double> x);

// The t that Student's t with so many degrees of freedom exceeds with probability 2.5 %.
double two_sided_t(size_t freedom);

}  // namespace thalweg
