// The intercept that is best for given weights: a convex problem of as many unknowns as outputs.
#pragma once

#include <span>

#include "thalweg/kernel/linear.hpp"

namespace thalweg {

// Moves z [rows, outputs] and the intercepts by the shifts [outputs] that minimize
// (1/S) sum_i s_i f(z_i + shift, y_i). Returns false, with z and intercepts left as they were,
// where no finite minimizer is found (one class only, all counts zero).
bool minimize_intercept(const Samples& samples, std::span<double> z, std::span<double> intercepts);

}  // namespace thalweg
