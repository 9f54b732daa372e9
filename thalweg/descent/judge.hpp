// From what a run left behind to its outcome: the first row of the table of outcomes that holds.
#pragma once

#include "thalweg/descent/history.hpp"
#include "thalweg/monitor/verdict.hpp"

namespace thalweg {

// What the judge looks at besides the records.
struct Evidence {
  bool convex = false;              // no negative curvature can exist
  bool negative_curvature = false;  // a direction with v'Hv < 0 was found
  bool curvature_examined = false;
  bool diverged = false;  // a value or parameter was not finite
  bool infeasible = false;
  bool stochastic = false;   // gradients are of samples drawn
  bool noise_floor = false;  // slope test finds no decrease, stationarity not rejected, step
                             // size still >= 10 % of its peak
  bool validated = false;    // the best validation step was restored, later ones worse
  double gradient_tolerance = 1e-8;
  double first_gradient_norm = unknown;
};

// Fills outcome and reason from stop, certificate, tolerance and last of `verdict`. Every
// comparison fails closed: a NaN never counts as converged.
void judge(const History& history, const Evidence& evidence, Verdict& verdict);

}  // namespace thalweg
