// Rewrites a traced computation into an equal one that costs less. The passes read one graph and
// record another, so that every node of the result has passed its shape rule again.
#pragma once

#include <memory>
#include <span>

#include "thalweg/graph/differentiate.hpp"

namespace thalweg {

// A graph with what is wanted of it. The symbols point into the graph.
struct Traced {
  std::unique_ptr<Graph> graph;
  Symbols outputs;
};

// Drops what the outputs do not need, gives equal nodes once (barriers and custom operations apart)
// and rewrites algebra that costs nothing to get right: constants are folded, identities dropped,
// chains of reshape, transpose and broadcast joined, repetition moved behind arithmetic, reductions
// split into consecutive axes. Repeated until nothing changes. Values keep their meaning; the bits
// of a sum may change where its order does, and -0 may become 0.
Traced simplify(std::span<const Symbol> outputs);

// float32 products and convolutions read bfloat16 copies of their inputs and add up in float32.
Traced in_bfloat16(std::span<const Symbol> outputs);

// Reachable from the outputs, in recorded order.
std::vector<NodeId> needed(std::span<const Symbol> outputs);

}  // namespace thalweg
