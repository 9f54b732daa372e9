// The extents of a tensor, outermost first; {} is the shape of a scalar. Tensors are row-major.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace thalweg {

using Shape = std::vector<size_t>;

// Product of the extents: 1 for a scalar. Throws Error where it does not fit into 63 bits.
size_t element_count(const Shape& shape);

// Elements from one index of an axis to the next, row-major.
std::vector<size_t> strides(const Shape& shape);

// The shape that both repeat to, by NumPy's rule: aligned at the right, extents equal or 1. Nothing
// where there is none.
std::optional<Shape> broadcast(const Shape& a, const Shape& b);

// Whether `from` repeats to exactly `to` by that rule.
bool broadcasts_to(const Shape& from, const Shape& to);

// `[4, 3]`, `[]`.
std::string to_text(const Shape& shape);

}  // namespace thalweg
