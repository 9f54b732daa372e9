// A model as traced objectives take it: its parameters, and how its prediction follows from them.
#pragma once

#include <functional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "thalweg/graph/symbol.hpp"
#include "thalweg/tensor/layout.hpp"

namespace thalweg {

// A layer as it was traced, for those who look into a network.
struct TracedLayer {
  std::string name;      // relu1
  std::string kind;      // relu
  Symbol input, output;  // [batch, ...]
  bool weights = false;
  bool activation = false;  // that acts on each number alone
};

struct TracedOutput {
  Symbol prediction;  // [batch, ...]
  std::vector<TracedLayer> layers;
  // Tensors of the layout that are not trained, and what a training step makes of them.
  std::vector<std::pair<size_t, Symbol>> moved;
};

struct TracedModel {
  Layout layout;
  Shape sample;                         // of one input
  bool drawn = false;                   // it draws random numbers in training
  std::function<TracedOutput(Symbol x,  // [batch, sample...]
                             std::span<const Symbol> parameters,  // in the layout's order
                             Symbol keys)>  // int32 [batch, 2]; empty: evaluation
      trace;
};

}  // namespace thalweg
