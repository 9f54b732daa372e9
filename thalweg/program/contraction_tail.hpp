// What a product or convolution does to its result before it is stored: conversion, bias,
// activation.
#pragma once

#include <functional>
#include <optional>
#include <vector>

#include "thalweg/graph/graph.hpp"
#include "thalweg/kernel/contraction/epilogue.hpp"

namespace thalweg {

struct ContractionTail {
  std::vector<NodeId> nodes;   // whose work it takes over, in order; the last is what is stored
  std::optional<NodeId> bias;  // before it is repeated
  Activation activation = Activation::none;
};

// From the contraction on, along values that have one reader: `sole_reader` gives it, or nothing.
ContractionTail contraction_tail(const Graph& graph, NodeId id,
                                 const std::function<std::optional<NodeId>(NodeId)>& sole_reader);

bool is_contraction(Operation operation);

}  // namespace thalweg
