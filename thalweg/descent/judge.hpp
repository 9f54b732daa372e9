// From what a run left behind to its outcome: the first row of the table of outcomes that holds.
#pragma once

#include "thalweg/descent/history.hpp"
#include "thalweg/monitor/trend.hpp"
#include "thalweg/monitor/verdict.hpp"

namespace thalweg {

// What the judge looks at besides the records.
struct Evidence {
  bool convex = false;  // no negative curvature can exist
  ExaminedCurvature curvature;
  bool diverged = false;  // a value or parameter was not finite
  bool infeasible = false;
  double gradient_tolerance = 1e-8;
  double first_gradient_norm = unknown;
};

// What the judge of a run on batches looks at besides the records.
struct BatchEvidence {
  bool diverged = false;  // a value or parameter was not finite
  double steps_per_epoch = 1;
  double learning_rate_share = 1;  // the last one over the largest
  long long best_step = -1;        // of validation, restored; -1: nothing was held out
  double best_value = unknown;     // its mean loss
  size_t validations = 0;
  Estimate later;  // held-out losses at the end minus those at the best step, sample by sample
};

// At so small a share of the largest learning rate that a loss that stands still says nothing.
bool annealed(const BatchEvidence& evidence);

// Fills outcome and reason from stop, certificate, tolerance and last of `verdict`. Every comparison
// fails closed: a NaN never counts as converged.
void judge(const History& history, const Evidence& evidence, Verdict& verdict);
void judge(const History& history, const BatchEvidence& evidence, Verdict& verdict);

}  // namespace thalweg
