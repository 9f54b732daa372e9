// The Fenchel gap of a linear model at a point and a feasible dual point, with its rounding.
#pragma once

#include <span>

#include "thalweg/objective/objective.hpp"

namespace thalweg {

struct Gap {
  double value = 0;     // the gap as computed; infinity where the dual point is not feasible
  double rounding = 0;  // what rounding can add to it
};

// P(x) - D(theta) = (1/S) sum s_i FY_i + sum_j FYr_j, each term >= 0, never as a difference.
// x [parameters], z [rows, outputs] its predictions, theta [rows, outputs] in the domains and with
// sum s_i theta_i = 0 for each output (one row may be meant exactly, see make_feasible),
// maxima [columns] the largest |x_ij| of each column.
// Source: Rockafellar, Convex Analysis, theorem 31.1; the Fenchel-Young terms as in kernel/loss.
Gap fenchel_gap(const LinearPredictor& predictor, std::span<const double> x,
                std::span<const double> z, std::span<const double> theta,
                std::span<const double> maxima);

// Bound of |computed z - true z| over all rows: gamma_{p+2} (sum_j max|x_j| |w_j| + |b|).
double prediction_rounding(std::span<const double> x, size_t outputs,
                           std::span<const double> maxima);

}  // namespace thalweg
