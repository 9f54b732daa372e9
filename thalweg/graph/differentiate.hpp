// Derivatives as graph transformations: each appends nodes to the graph of its arguments, made of
// the same operations, so that it can be differentiated again. Only nodes that lie between the value
// and what it is differentiated by get cotangents; what turns out unneeded is dropped by program/.
#pragma once

#include <functional>
#include <span>
#include <vector>

#include "thalweg/graph/symbol.hpp"

namespace thalweg {

using Symbols = std::vector<Symbol>;

// The derivatives of a floating scalar, each of dtype and shape of what it is by; zeros where the
// value does not depend on it. `by` may be any nodes of floating dtype. Throws Error else.
Symbols gradient(Symbol value, std::span<const Symbol> by);
Symbol gradient(Symbol value, Symbol by);

// Sum over outputs of (d output / d by)^T cotangent: gradient is its case of one scalar and 1.
Symbols vector_jacobian_product(std::span<const Symbol> outputs, std::span<const Symbol> cotangents,
                                std::span<const Symbol> by);

// For each output (d output / d by) tangents, by transposing twice: the product above is linear in
// its cotangents, and its own transpose is the forward derivative.
Symbols jacobian_vector_product(std::span<const Symbol> outputs, std::span<const Symbol> by,
                                std::span<const Symbol> tangents);

// Hessian of the scalar times `directions`, one for each of `by`. Costs about two gradients.
Symbols hessian_product(Symbol value, std::span<const Symbol> by,
                        std::span<const Symbol> directions);

// function(inputs), of which the backward pass keeps only what comes from outside of it and computes
// the rest again, behind barriers. Regions nest.
Symbols checkpoint(const std::function<Symbols(const Symbols& inputs)>& function,
                   const Symbols& inputs);

}  // namespace thalweg
