// A chain of transforms as a user writes it: `clip_global_norm(1) + adamw(3e-4, beta1=0.95) + ema`.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "thalweg/optim/transform/transform.hpp"

namespace thalweg {

// What holds for the tensors whose name matches a pattern (* any text, ? any letter).
struct TensorGroup {
  std::string pattern;
  double learning_rate = -1;  // a factor; -1: not said, so 1
  double weight_decay = -1;   // a factor; -1: not said, so as the transform's mask has it
  bool frozen = false;
};

// The group of a tensor: of several that match, each later one overrides what it sets.
TensorGroup group_of(const std::vector<TensorGroup>& groups, std::string_view tensor);

// `*.bias: weight_decay=0; embed*: learning_rate=0.1; head.*: frozen`. Throws Error.
std::vector<TensorGroup> parse_groups(std::string_view text);

struct ChainMember {
  const TransformRow* row;
  Settings settings;
};

struct Chain {
  std::vector<ChainMember> members;
  double learning_rate = 0;  // that was given, or the default of the first member that has one

  // As text that parses to the same chain.
  std::string text() const;
};

// Throws Error that says what is wrong: a name, an option, an order, no transform that steps.
Chain parse_chain(std::string_view text);

}  // namespace thalweg
