// What a look into a network found, on one batch at one step: numbers a layer and a tensor of
// parameters, taken a few times in a run. Detectors read them beside the records.
#pragma once

#include <string>
#include <vector>

#include "thalweg/monitor/record.hpp"

namespace thalweg {

// Flat is where the derivative of an activation is below 1 % of its largest: a relu below 0, a tanh
// beyond 3, a sigmoid beyond 5.3.
struct LayerRecord {
  std::string name;              // dense1, relu1
  std::string kind;              // dense, relu
  bool weights = false;          // it has some
  double mean_square = unknown;  // of its output over the batch
  double flat = unknown;         // share of numbers where the activation is flat
  double dead = unknown;         // share of units (features, channels) flat on the whole batch

  // Flat at both ends, as all that end in tanh or sigmoid are.
  bool bounded() const { return kind.ends_with("tanh") || kind.ends_with("sigmoid"); }
};

struct TensorRecord {
  std::string name;       // dense1.weight
  bool weights = false;   // two axes or more: no bias, scale or shift
  double size = 0;        // numbers in it
  double norm = unknown;  // 2-norms: of itself,
  double gradient_norm = unknown;
  double product = unknown;      // of itself and its gradient: how the loss changes with its scale
  double update_norm = unknown;  // 2-norm of what the last step changed; unknown before the first
};

struct Inspection {
  long long step = 0;
  double learning_rate = unknown;
  // Root mean squares of the inputs' features: the widest, which it is, and the median.
  double widest = unknown, typical = unknown;
  size_t widest_feature = 0;
  std::vector<LayerRecord> layers;    // in order
  std::vector<TensorRecord> tensors;  // those that are trained, in order
};

}  // namespace thalweg
