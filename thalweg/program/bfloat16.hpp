// Brings products and convolutions of float32 to bfloat16.
#pragma once

#include <span>

#include "thalweg/program/traced.hpp"

namespace thalweg {

// float32 products and convolutions read bfloat16 copies of their inputs and add up in float32.
// Where an activation behind one of them (with its bias) is given to another, its rounded copy alone
// is kept, and the derivative reads that; pooling between them moves bfloat16 numbers. Sums,
// losses, gradients of parameters and all other arithmetic stay in float32. Simplified.
Traced in_bfloat16(std::span<const Symbol> outputs);

}  // namespace thalweg
