// The losses of a block of rows at once, on vectors.
#pragma once

#include <cstddef>

#include "thalweg/kernel/compensated.hpp"
#include "thalweg/kernel/loss/loss.hpp"

namespace thalweg {

// For predictions z [outputs, rows], targets y [rows] and weights s [rows] (null: all 1): returns
// the sum of s_i f(z_i, y_i); z becomes s_i f'(z_i, y_i) unless `curvature` and the derivative are
// not wanted; `curvature` [outputs, rows], unless null, gets f'' (softmax: the probabilities),
// without s. Rows of weight 0 add nothing, whatever their z. Within 8 ulp of the scalar losses: of
// f, or of the largest term that f is a difference of.
CompensatedSum evaluate(const Loss& loss, size_t rows, size_t outputs, const double* y,
                        const double* s, double* z, double* curvature);

}  // namespace thalweg
