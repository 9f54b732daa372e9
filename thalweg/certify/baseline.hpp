// What a relative gap divides by: max(P - I, 1e-8 N), in the units of the objective.
#pragma once

#include <span>

#include "thalweg/objective/objective.hpp"

namespace thalweg {

// Depends on the data alone.
struct Baseline {
  double infimum = 0;   // I: the mean of the losses' own infima
  double constant = 0;  // N: excess over I of the best model without weights
};

Baseline baseline(const Samples& samples);

// P - I at a point with predictions z [rows, outputs], summed from terms >= 0.
double excess_over_infimum(const LinearPredictor& predictor, std::span<const double> x,
                           std::span<const double> z);

}  // namespace thalweg
