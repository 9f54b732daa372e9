// Groups the nodes of a graph into kernels: elementwise chains with the reductions at their ends
// into one run of the tile machine, a bias and an activation into the contraction before them, all
// else alone.
#pragma once

#include <vector>

#include "thalweg/graph/symbol.hpp"

namespace thalweg {

enum class GroupKind : uint8_t { tile, contraction, other };

struct Group {
  GroupKind kind = GroupKind::other;
  // In recorded order. contraction: the product, then the nodes whose work it takes over. other: one,
  // or max_pool_indices with the pool_gather of the same numbers.
  std::vector<NodeId> nodes;
  size_t count = 0;    // tile: elements of each value
  size_t columns = 0;  // tile: 0 until something asks for a number
  bool wide = false;   // tile: arithmetic in float64
};

// What fusion found out, for one graph.
struct Fusion {
  static constexpr uint32_t none = UINT32_MAX;

  std::vector<Group> groups;       // in an order in which they can run
  std::vector<uint32_t> group_of;  // by node; none for leaves, aliases and what is read in place
  // The node whose memory a node is: itself, or that of a reshape's input.
  std::vector<NodeId> root_of;
  std::vector<NodeId> nodes;  // those that are needed, in recorded order
  std::vector<bool> stored;   // by root: read from memory, by another group or the caller
  std::vector<bool> last;     // stored with the channels innermost (channel_order.hpp)

  // A repeat or a constant that every reader takes in place has no group.
  bool materialized(NodeId id) const { return group_of[id] != none; }
  // Whether the elements of a node lie in its root as a reader of that order takes them: a reshape
  // is one of plain order.
  bool in_order(const Graph& graph, NodeId id, bool channels_innermost) const;
};

Fusion fuse(std::span<const Symbol> outputs);

}  // namespace thalweg
