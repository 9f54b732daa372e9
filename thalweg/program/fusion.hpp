// Groups the nodes of a graph into kernels: elementwise chains with the reductions at their ends
// into one run of the tile machine, a bias and an activation into the contraction before them, all
// else alone.
#pragma once

#include <optional>
#include <vector>

#include "thalweg/graph/symbol.hpp"
#include "thalweg/kernel/tile/tile_program.hpp"

namespace thalweg {

// How a smaller tensor repeats over a matrix of [rows, columns] elements.
struct Repetition {
  TileExtent extent = TileExtent::scalar;
  size_t columns = 0;  // that it asks for; 0: any
  size_t period = 0;   // of extent column; 0: the number of rows
};
// Nothing where no matrix has it so.
std::optional<Repetition> repetition(const Shape& from, const Shape& to);

enum class GroupKind : uint8_t { tile, contraction, other };

struct Group {
  GroupKind kind = GroupKind::other;
  // In recorded order. contraction: the product, then the nodes whose work it takes over.
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

  // A repeat or a constant that every reader takes in place has no group.
  bool materialized(NodeId id) const { return group_of[id] != none; }
};

Fusion fuse(std::span<const Symbol> outputs);

// The number that every element is, where the node is a constant number or one repeated.
std::optional<double> constant_number(const Graph& graph, NodeId id);
// A reduction that the tile machine can do at the end of a run: which extent, and the columns.
std::optional<Repetition> tile_reduction(const Graph& graph, NodeId id);
bool is_alias(Operation operation);
bool is_contraction(Operation operation);

}  // namespace thalweg
