// Shape rules: each checks the inputs and attributes of a node and fills in its dtype and shape; one
// that ends in _to keeps what the node proposes, after checking it. All throw Error in one line that
// names the operation, what was found and what is expected.
#pragma once

#include <string_view>

#include "thalweg/graph/graph.hpp"

namespace thalweg {

// A node that asks to be recorded.
struct Proposal {
  const Graph& graph;
  Node& node;

  const Node& input(size_t i) const { return graph[node.inputs[i]]; }
  // Throws Error unless it holds; `due` says what was expected.
  void expect(bool holds, std::string_view due) const;
  void expect_axes() const;       // ascending, of input 0
  void expect_one_dtype() const;  // of all inputs
  void expect_one_shape() const;
  void expect_floating() const;  // all inputs, of one dtype
  void expect_numbers() const;   // input 0 is not boolean
  void expect_indices() const;   // input 1 is int32
  void result(DType dtype, Shape shape);
};

}  // namespace thalweg

namespace thalweg::shape_rule {

using Rule = void(Proposal& proposal);

Rule input, constant, iota;
// One input, or two of one dtype and shape; which numbers: int32 too, floating ones, booleans.
Rule numbers, floating, booleans;
Rule is_finite, cast, comparison, select;
Rule reduction;
Rule reshape_to, transpose, broadcast_to, slice, pad, concatenate, reverse;
Rule gather, scatter_add_to;
Rule matmul;
Rule convolution;  // and its gradients, whose proposed shape is that of x or w
Rule pool;         // and the gradient of the average, whose proposed shape is that of x
Rule pool_gather, pool_scatter_to;
Rule random_uniform_to;
Rule unchanged;  // dtype and shape of the first input
Rule custom;

}  // namespace thalweg::shape_rule
