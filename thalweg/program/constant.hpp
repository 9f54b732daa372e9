// The memory of a constant.
#pragma once

#include "thalweg/graph/graph.hpp"
#include "thalweg/tensor/buffer.hpp"

namespace thalweg {

// The numbers of a constant or an iota, converted to its dtype.
Buffer<std::byte> constant_bytes(const Node& node);

}  // namespace thalweg
