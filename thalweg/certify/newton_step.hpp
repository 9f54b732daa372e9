// The Newton step of a linear model on its free coordinates, for certificates.
#pragma once

#include <functional>
#include <span>
#include <vector>

#include "thalweg/objective/objective.hpp"

namespace thalweg {

struct NewtonStep {
  std::vector<double> d;            // [parameters], 0 on coordinates that are held
  std::vector<double> curvature;    // [rows], or probabilities [rows, outputs] of softmax
  std::vector<double> gradient;     // [parameters] minimal subgradient; 0 on held coordinates
  std::vector<double> predictions;  // [rows, outputs] X d
};

// Puts -H^-1 g in the place of g [parameters], H the Hessian of the smooth part at or near the
// point; false where it cannot. A method that has a factor lends it, which saves the certificate a
// Hessian.
using NewtonSolve = std::function<bool(std::span<double> g)>;

// f'' (softmax: the probabilities) at z, as `hessian` and `hessian_product` take them.
std::vector<double> curvatures(const Samples& samples, std::span<const double> z);

// Solves H_F d = -g_F from z [rows, outputs] and theta = f'(z): by Cholesky up to 2,000 free
// coordinates, beyond by 200 steps of conjugate gradient with the diagonal as preconditioner (any d
// is good for a certificate; a better one makes it tighter).
NewtonStep newton_step(const LinearPredictor& predictor, std::span<const double> x,
                       std::span<const double> z, std::span<const double> theta,
                       const NewtonSolve& lent = {});

// The least subgradient of P at x from theta = f'(z), without a sweep where the predictor was
// evaluated at x last.
std::vector<double> least_subgradient(const LinearPredictor& predictor, std::span<const double> x,
                                      std::span<const double> theta);

}  // namespace thalweg
