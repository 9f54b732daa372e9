// Whether a point without slope is a minimum or a saddle: the ends of the Hessian's spectrum.
#pragma once

#include <span>

#include "thalweg/monitor/verdict.hpp"
#include "thalweg/objective/objective.hpp"

namespace thalweg {

// At x: of up to 300 parameters from all eigenvalues of the Hessian, beyond from 60 Lanczos steps on
// its products, which see the least eigenvalue from above and the largest from below. Negative is
// what is so by more than 1e-8 of the Hessian scaled to a diagonal of ones, where Lanczos goes by
// the largest eigenvalue.
// Cost: size() products and 10 size()^3, or 60 products.
// Source of what Lanczos misses: Kuczyński, Woźniakowski, SIAM J. Matrix Anal. 13 (1992), theorem 4.2.
ExaminedCurvature examine_curvature(Curvature& curvature, std::span<const double> x);

}  // namespace thalweg
