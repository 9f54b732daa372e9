// From groups of nodes to kernel calls.
#pragma once

#include <span>

#include "thalweg/program/fusion.hpp"
#include "thalweg/program/kernel_call.hpp"

namespace thalweg {

// `inputs`: the nodes that are given at each run, in order, Fusion::none for what is not read;
// outputs as in Program::compile.
Lowered lower(const Fusion& fusion, std::span<const NodeId> inputs,
              std::span<const Symbol> outputs);

}  // namespace thalweg
