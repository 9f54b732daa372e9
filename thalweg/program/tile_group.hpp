// From an elementwise group to a program of the tile machine.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "thalweg/kernel/tile/tile_kernel.hpp"
#include "thalweg/program/fusion.hpp"

namespace thalweg {

struct TileGroup {
  TileProgram program;
  TileSize size;
  bool last = false;             // operands of extent all lie with the channels innermost
  std::vector<NodeId> operands;  // whose memory each operand is
  std::vector<NodeId> results;   // of the outputs, then of the reductions
  std::string text;              // the operations, in order
};

// Whether both together stay below the limits of the tile machine.
bool fits_tile_machine(const Graph& graph, std::span<const NodeId> nodes,
                       std::span<const NodeId> more);

TileGroup lower_tile(const Graph& graph, const Fusion& fusion, const Group& group);

}  // namespace thalweg
