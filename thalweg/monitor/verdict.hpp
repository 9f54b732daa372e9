// The result of a run: why it stopped, what can be claimed, what was noticed.
#pragma once

#include <string>
#include <vector>

#include "thalweg/monitor/certificate.hpp"
#include "thalweg/monitor/finding.hpp"

namespace thalweg {

enum class Outcome {
  diverged,
  infeasible,
  no_minimizer,
  certified,
  stationary,
  precision_floor,
  validated,
  noise_floor,
  stalled,
  descending,
  undecided
};

const char* name(Outcome outcome);
// One stopping rule at the end of a run.
struct StopRule {
  std::string name;  // gradient, decrease, gap, target, steps, seconds, signal, no_progress
  double threshold;  // as the user set it
  double measured;   // its quantity at the end; NaN where it was not measured
  bool satisfied;
};

// The decrease of value - best (or gap, or gradient norm) as factor per step.
struct Rate {
  double fitted = unknown, low = unknown, high = unknown;  // with a 95 % interval
  double theoretical = unknown;                            // where L and mu are known
  std::string quantity;                                    // what was fitted
  bool superlinear = false;
};

// Steps until the target, or why none is given.
struct Forecast {
  double steps = unknown, low = unknown, high = unknown;
  std::string basis;  // of an estimate: the target and the curve; empty where the rate says it
  std::string refusal;
};

// The ends of the Hessian's spectrum where a run ended.
struct ExaminedCurvature {
  bool examined = false, negative = false;
  double lowest = unknown, highest = unknown;  // eigenvalues: bounds from inside where products > 0
  size_t products = 0;                         // of Lanczos; 0: all eigenvalues were computed
  double unseen = 0;              // the least lies no further below `lowest`, with probability 99 %
  double along = unknown;         // d'Hd of the direction below
  std::vector<double> direction;  // [parameters] of negative curvature, |d| = 1; else empty
};

struct Verdict {
  std::string stop;  // name of the rule that ended the run
  Outcome outcome = Outcome::undecided;
  std::string reason;  // one sentence a person understands
  std::vector<StopRule> rules;
  std::vector<Finding> findings;
  Certificate certificate;
  Rate rate;
  Forecast forecast;
  Record last;
  bool curvature_examined = false;  // of a stationary point; convex ones need none
  ExaminedCurvature curvature;
  bool target_met = false, signalled = false;
  double tolerance = unknown;  // relative gap asked for
};

// 0 where the run can be relied on, else 3; a target that was met exits 0 whatever the outcome, a
// signal exits 3.
int exit_code(const Verdict& verdict);

}  // namespace thalweg
