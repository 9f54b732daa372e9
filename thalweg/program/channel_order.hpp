// Which tensors are stored with their channels innermost, [batch, spatial..., channel], though the
// graph has them as [batch, channel, spatial...]: what convolutions give and take, and what stands
// between them.
#pragma once

#include <span>
#include <vector>

#include "thalweg/graph/symbol.hpp"

namespace thalweg {

// By node; false for those that are not needed.
std::vector<bool> channels_last(std::span<const Symbol> outputs);

// Whether a convolution or a gradient of one takes and gives them so: float32 and bfloat16.
bool convolves_channels_last(const Graph& graph, NodeId id);

// A shape of rank 3 or more with axis 1 moved to the end, where `last`; else as it is.
Shape stored_shape(const Shape& shape, bool last);
// Whether both orders have the same bytes: one channel, or one place.
bool same_in_both_orders(const Shape& shape);

}  // namespace thalweg
