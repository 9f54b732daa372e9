// How the tile machine reads a tensor that repeats, and which reductions it can end with.
#pragma once

#include <optional>

#include "thalweg/graph/graph.hpp"
#include "thalweg/kernel/tile/tile_program.hpp"

namespace thalweg {

// How a smaller tensor repeats over a matrix of [rows, columns] elements.
struct Repetition {
  TileExtent extent = TileExtent::scalar;
  size_t columns = 0;  // that it asks for; 0: any
  size_t period = 0;   // of extent column; 0: the number of rows
};
// Nothing where no matrix has it so. `last`: `to` is stored with its channels innermost.
std::optional<Repetition> repetition(const Shape& from, const Shape& to, bool last = false);

// The number that every element is, where the node is a constant number or one repeated.
std::optional<double> constant_number(const Graph& graph, NodeId id);
// A reduction that the tile machine can do at the end of a run: which extent, and the columns.
std::optional<Repetition> tile_reduction(const Graph& graph, NodeId id, bool last);

// A comparison of int32 with numbers that float32 holds exactly: it is right in float32.
bool compares_small_integers(const Graph& graph, NodeId id);

}  // namespace thalweg
