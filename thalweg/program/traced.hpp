// A traced computation, as the passes of a compilation hand it on.
#pragma once

#include <memory>
#include <span>
#include <vector>

#include "thalweg/graph/differentiate.hpp"

namespace thalweg {

// A graph with what is wanted of it. The symbols point into the graph.
struct Traced {
  std::unique_ptr<Graph> graph;
  Symbols outputs;
};

// Reachable from the outputs, in recorded order.
std::vector<NodeId> needed(std::span<const Symbol> outputs);

}  // namespace thalweg
