// The bound by the Newton decrement: needs no dual point, only a positive definite Hessian.
#pragma once

#include <span>

#include "thalweg/monitor/certificate.hpp"
#include "thalweg/objective/objective.hpp"

namespace thalweg {

// For any q in the subdifferential at x, nu^2 = q'H^-1 q, rho = max_i |x_i|_{H^-1}, delta = rho nu
// < 1:
//
//   P - inf P <= [delta + (1 - delta) ln(1 - delta)] / rho^2      (squared loss: nu^2 / 2)
//
// for logistic, softmax (last class fixed), Poisson and gamma. nu and rho are bounded with a lower
// bound of the least eigenvalue of the Hessian scaled to unit diagonal, proved by a Cholesky
// factorization of it less a shift. Fills direction, shift, bound and rounding, or refusal where H
// is numerically singular or delta >= 1. Cost: a Hessian, its eigenvalues and a factor: for up to
// 2,000 parameters, refused beyond. Source: Ostrovskii, Bach, Electron. J. Statist. 15 (2021), the
// pseudo self-concordance bound.
void bound_by_self_concordance(const LinearPredictor& predictor, std::span<const double> x,
                               std::span<const double> z, std::span<const double> maxima,
                               Certificate& certificate);

}  // namespace thalweg
