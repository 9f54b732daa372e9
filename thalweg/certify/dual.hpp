// Dual points of a linear model: from the derivatives at a point, sharpened by a Newton step, made
// feasible.
#pragma once

#include <span>
#include <vector>

#include "thalweg/objective/objective.hpp"

namespace thalweg {

// f'(z_i) [rows, outputs]. Of hinge the derivative where it has one.
std::vector<double> derivatives(const Samples& samples, std::span<const double> z);

// f' + f'' x'd: the dual point after a Newton step d on the free coordinates (weights inside the
// box and, with l1, not 0; intercepts), which meets the equalities that the plain one misses. At
// the plain point the gap of a ridge problem is |grad|^2/(2 l2), at this one g'H^-1 g/2 to leading
// order.
std::vector<double> newton_derivatives(const LinearPredictor& predictor, std::span<const double> x,
                                       std::span<const double> z);

// Moves theta [rows, outputs] into the domains of the conjugates, makes sum s_i theta_i = 0 for
// each output by shrinking the larger side (softmax: by mixing the class masses), shrinks it where
// l1 without l2 asks for |v_j| <= l1, and defines one row by the constraint in doubled precision.
// Returns that row, or -1 where no dual point of this form exists.
long long make_feasible(const LinearPredictor& predictor, std::span<const double> maxima,
                        std::span<double> theta);

}  // namespace thalweg
