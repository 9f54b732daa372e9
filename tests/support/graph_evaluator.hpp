// A slow evaluator of graphs, to judge derivatives and compiled programs by: every number is a double
// whatever the dtype (casts to int32 truncate, to boolean compare with 0), every operation a loop
// over indices as its definition has it. Only nodes that are needed are computed.
#pragma once

#include <map>
#include <span>
#include <vector>

#include "thalweg/graph/symbol.hpp"

namespace thalweg {

struct Array {
  Shape shape;
  std::vector<double> values;  // row-major
};

// The values of `outputs`; `inputs` by node, any node of the graph may be given.
std::vector<Array> evaluate(std::span<const Symbol> outputs, const std::map<NodeId, Array>& inputs);
Array evaluate(Symbol output, const std::map<NodeId, Array>& inputs);

}  // namespace thalweg
