// Conjugate gradient on a quadratic model, cut off at a radius or at negative curvature.
#pragma once

#include <span>

#include "thalweg/objective/objective.hpp"

namespace thalweg {

struct TruncatedStep {
  double predicted = 0;   // decrease of the model g'p + p'Hp/2
  bool boundary = false;  // the step has the length of the radius
  bool negative = false;  // a direction of negative curvature was met
  size_t products = 0;
};

// A step p [size] with |H p + g| <= accuracy, H the curvature at its last point, or the first point
// of the path there that leaves the radius; along negative curvature to the radius. With an infinite
// radius negative curvature ends the path, at its very beginning with -g.
// Source: Steihaug, SIAM J. Numer. Anal. 20 (1983).
TruncatedStep truncated_newton_step(Curvature& curvature, std::span<const double> g,
                                    double accuracy, double radius, std::span<double> p);

}  // namespace thalweg
