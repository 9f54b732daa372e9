// The layers of networks: the catalog of what a network's description may name.
#pragma once

#include <functional>
#include <span>
#include <string>
#include <vector>

#include "thalweg/graph/symbol.hpp"
#include "thalweg/model/initializer.hpp"

namespace thalweg {

// What a layer is told of the network that it is traced into.
struct LayerScope {
  Symbol keys;              // int32 [batch, 2] for random numbers; empty: evaluation
  uint32_t stream = 0;      // of its random numbers
  Initializer initializer;  // of weights where the layer does not say

  // The layer's tensor called `role`; each is asked for once.
  std::function<Symbol(const char* role, const Shape& shape, const Initializer& initializer,
                       bool trained)>
      parameter;
  // What a training step makes of a tensor that is not trained.
  std::function<void(Symbol parameter, Symbol value)> move;

  bool training() const { return static_cast<bool>(keys); }
};

struct LayerRow {
  std::string name;
  std::string help;
  std::vector<Option> options;
  size_t plain = 0;   // so many of them may be given without their names, in order
  size_t needed = 0;  // so many must be given
  // x [batch, features] or [batch, channel, spatial...].
  Symbol (*apply)(Symbol x, const Settings& settings, LayerScope& scope) = nullptr;
  bool weights = false;  // it has some, so what stands before it does not see what follows
  bool activation = false;
};

// Those below, and every activation by its name.
std::span<const LayerRow> layers();

}  // namespace thalweg
