// One plain struct a step: all that detectors, events and the verdict know of a run.
#pragma once

#include <cmath>
#include <limits>

namespace thalweg {

inline constexpr double unknown = std::numeric_limits<double>::quiet_NaN();

// NaN stands for "not known at this step". Units: seconds; values as the objective's.
struct Record {
  long long step = 0;
  long long samples = 0;           // seen since the start
  double value = unknown;          // total: smooth part plus penalty
  double gradient_norm = unknown;  // 2-norm; of the minimal subgradient where there is a penalty
  double lower_bound = unknown;    // of the infimum, where proved
  double gap = unknown;            // bound on value minus infimum, where proved
  double scale = unknown;          // what a relative gap divides by, where gap is known
  double update_norm = unknown;    // 2-norm of the change of the parameters
  double learning_rate = unknown;
  double step_size = unknown;                // accepted by a search; a multiple of the direction
  double predicted_decrease = unknown;       // of the value, by the method's own model
  long long evaluations = 0;                 // of value or gradient, since the start
  double seconds = 0, cpu_seconds = 0;       // since the start, resumed parts included
  double epoch = unknown, epochs = unknown;  // passes over the samples: done, and asked for
  double validation_value = unknown;         // mean loss on held-out samples, without penalty
  double validation_accuracy = unknown;      // share of them whose label was predicted
  bool progress = true;                      // false: the method found no acceptable step
};

}  // namespace thalweg
