// Shape rules: each checks the inputs and attributes of a node and fills in its dtype and shape; one
// that ends in _to keeps what the node proposes, after checking it. All throw Error in one line that
// names the operation, what was found and what is expected.
#pragma once

#include "thalweg/graph/graph.hpp"

namespace thalweg::shape_rule {

using Rule = void(const Graph& graph, Node& node);

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
