// A chain of transforms as a user writes it, with a schedule and groups of tensors if he likes:
// `clip_global_norm(1) + adamw(3e-4, beta1=0.95) + ema + cosine(1000) + group(*.bias, frozen=true)`.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "thalweg/optim/schedule/schedule.hpp"
#include "thalweg/optim/transform/transform.hpp"

namespace thalweg {

// What holds for the tensors whose name matches a pattern (* any text, ? any letter).
struct TensorGroup {
  bool frozen = false;
  double learning_rate = 1;  // a factor
  double weight_decay = -1;  // a factor; -1: not said, so as the transform's mask has it
};

std::vector<Option> group_options();

struct ChainMember {
  const TransformRow* row;
  Settings settings;
};

struct Chain {
  std::vector<ChainMember> members;
  std::vector<Settings> groups;  // group_options()
  Schedule schedule;             // constant where none is written
  double learning_rate = 0;      // that was given, or the default of the first member that has one
  double radius = 0;             // of sam: where gradients are taken; 0: at the point

  // What holds for a tensor: of several groups that match, each later one overrides what it sets.
  TensorGroup group_of(std::string_view tensor) const;
  // As if the learning rate had been given so.
  void set_learning_rate(double rate);
  // As text that parses to the same chain.
  std::string text() const;
};

// Throws Error that says what is wrong: a name, an option, an order, no transform that steps.
Chain parse_chain(std::string_view text);

}  // namespace thalweg
