// The kernel of an operation that stands alone: reductions, movement, gather, pooling, random
// numbers, the user's.
#pragma once

#include <string>

#include "thalweg/graph/graph.hpp"
#include "thalweg/program/kernel_call.hpp"

namespace thalweg {

struct KernelBody {
  std::string text;
  size_t scratch = 0;  // bytes
  KernelRun run;       // of the node's inputs, then its result
};

// `last`: result and inputs are stored with their channels innermost (channel_order.hpp).
KernelBody kernel_body(const Graph& graph, NodeId id, bool last);
// Whether the node is pool_gather of numbers at the places that max_pool_indices found in them: one
// pass gives both.
bool gathers_maxima(const Graph& graph, NodeId id);
// Of max_pool_indices with the numbers at those places: writes both.
KernelBody max_pool_body(const Graph& graph, NodeId indices, bool last);

}  // namespace thalweg
