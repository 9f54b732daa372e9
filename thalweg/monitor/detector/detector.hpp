// Detectors: what a training run shows of its trouble, told from records and looks alone, so that
// they judge runs of ours and of others. One file and one row each.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "thalweg/base/option.hpp"
#include "thalweg/monitor/finding.hpp"
#include "thalweg/monitor/inspection.hpp"
#include "thalweg/monitor/trend.hpp"
#include "thalweg/monitor/verdict.hpp"

namespace thalweg {

// All that a detector sees of a run. What is not known is empty or NaN, and what needs it is silent.
struct Watched {
  std::span<const Record> records;          // in the order of the steps, the first before any
  std::span<const Inspection> inspections;  // likewise
  std::span<const double> validations;      // mean losses on held-out samples, an epoch each
  double steps_per_epoch = unknown;
  double base = unknown;             // loss of the best constant prediction
  double validation_base = unknown;  // and what that has on the held-out samples
  double learning_rate = unknown;    // the largest that was used
  double last_learning_rate = unknown;
  Outcome outcome = Outcome::undecided;
  std::vector<std::string> features;  // names of the inputs

  double first() const { return records.front().value; }
  // The mean of the last quarter of the records.
  double late() const;
  // The least loss that the run came to, late() or the best of the held-out samples', over that of a
  // constant prediction. NaN of a run that diverged.
  double reached() const;
  // What a loss must fall below to have learned: base, else first().
  double reference() const { return base > 0 ? base : first(); }
  // It came to less than a tenth below the reference. True of what is not finite.
  bool stuck() const { return !(reached() < 0.9); }
  // The share of the parameters' norm that each recorded step moved: the first that is known, and
  // the largest. NaN: not known.
  struct Moved {
    double first = unknown, largest = unknown;
  };
  Moved moved() const;
  // The factor of the learning rate with which the first of them suits.
  double step_factor() const;
  bool has_layer(std::string_view kind) const;
  // The learning rate times a factor, to one digit, as an edit; none where the rate is not known.
  std::vector<std::pair<std::string, std::string>> rate_edit(double factor) const;
  // The t of the slope over the last half exceeds its 5 % quantile downwards; false of few records.
  bool falling() const;
  // The tensors with weights of a look, in order.
  static std::vector<const TensorRecord*> weights(const Inspection& look);
};

// To one digit, as options take it.
std::string rounded(double value);

// The slope of the loss a step, with its error.
Estimate slope_of(std::span<const Record> records);

struct DetectorRow {
  std::string name;
  std::string help;
  std::string rule;    // when it speaks
  std::string source;  // of the rule, and of its numbers where they are another's
  std::vector<Option> options;
  std::optional<Finding> (*detect)(const Watched&);
  bool symptom = false;  // not told where a cause was found
};

std::span<const DetectorRow> detectors();

// What they find, in the catalog's order: causes first. Nothing of a run without records.
std::vector<Finding> findings(const Watched& run);

// Edits are in the words of a network's options, and two of a chain's: learning_rate, and
// clip_global_norm for a transform before it.
DetectorRow unscaled_input_row();
DetectorRow poor_initialization_row();
DetectorRow exploding_gradient_row();
DetectorRow vanishing_gradient_row();
DetectorRow saturation_row();
DetectorRow dead_units_row();
DetectorRow step_too_large_row();
DetectorRow step_too_small_row();
DetectorRow overfitting_row();
DetectorRow standstill_row();
DetectorRow no_learning_row();

}  // namespace thalweg
