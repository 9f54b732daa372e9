// The one loop: runs a method on an objective until a stopping rule, and judges the run.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "thalweg/descent/history.hpp"
#include "thalweg/monitor/inspection.hpp"
#include "thalweg/monitor/verdict.hpp"
#include "thalweg/objective/objective.hpp"
#include "thalweg/optim/method.hpp"

namespace thalweg {

// Stopping rules; each appears in the verdict with its number, satisfied or not.
struct DescendOptions {
  double tolerance = 1e-9;        // gap: bound / max(P - I, 1e-8 N)
  double gradient_tolerance = 0;  // norm of the minimal subgradient over its first; 0: 1e-8 where
                                  // no bound can be proved, else off
  bool polish = false;            // goes on below 1e-8 to where no step helps
  double decrease_tolerance = 0;  // relative decrease of the value in ten steps; 0: off
  double target = unknown;        // value
  long long steps = 10000;
  long long patience = 0;  // epochs without a better validation; 0: off
  double seconds = std::numeric_limits<double>::infinity();

  static std::vector<Option> options();
  static DescendOptions from(const Settings& settings);
};

// What a run is at one moment: with the objective rebuilt, enough to go on bit for bit.
struct Progress {
  State state;
  History history;
  Record last;
  double first_gradient_norm = unknown;
  long long checked_step = -1;  // of the last certificate
  double checked_norm = unknown;
  long long at_floor = 0;        // steps in a row whose predicted decrease was below rounding
  bool proved = false;           // the last certificate proved a bound
  long long recorded_step = -1;  // the last one that went to history and observer
  bool started = false;
  // Of a run on batches.
  double peak_learning_rate = 0;
  std::vector<double> validations;  // mean loss on held-out samples, in order of the epochs
  long long validated_step = -1, best_step = -1;
  double best_accuracy = unknown;
  Buffer<float> best;              // [size] the reported point of the best validation
  std::vector<float> best_losses;  // [held-out samples] there
  std::vector<Inspection> inspections;
};

// Called on the loop's thread. Nothing they do may change an iterate.
struct Observer {
  std::function<void(const Record&)> record = [](const Record&) {};
  std::function<void(const Progress&)> checkpoint = [](const Progress&) {};  // before each step
  // Where a run on batches looked into its network, at the point x [size].
  std::function<void(const Inspection&, const Inspector&, std::span<const float> x)> inspected =
      [](const Inspection&, const Inspector&, std::span<const float>) {};
  std::function<bool()> stop_requested = [] { return false; };
  // Once, when a rule has ended the run and before the verdict moves anything.
  std::function<void(const Progress&, const std::string& stop)> ended = [](const Progress&,
                                                                           const std::string&) {};
};

// Runs `method` (of `row`) from run.state.x. At the end run.state.x is the point that the verdict
// speaks of (of a certified run with its intercept moved to its best), the last good one of a
// diverged run.
// A method of a finite sum runs from state.x32. After each epoch the point that it reports is judged
// on `held_out`, where there is one; at the end state.x32 is the best of those, else the last.
// Throws Error where the objective lacks what the method needs.
Verdict descend(Objective& objective, Method& method, const MethodRow& row,
                const DescendOptions& options, const Observer& observer, Progress& run,
                HeldOut* held_out = nullptr);

}  // namespace thalweg
