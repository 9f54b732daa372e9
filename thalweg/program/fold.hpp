// Which operations act on each element alone or not at all, and what they make of constants.
#pragma once

#include <optional>
#include <span>

#include "thalweg/graph/operation.hpp"

namespace thalweg {

bool is_elementwise(Operation operation);
// Has the bytes of its input.
bool is_alias(Operation operation);

// The result on constant numbers, rounded to the dtype; nothing for operations that are left to run.
std::optional<double> fold(Operation operation, DType dtype, std::span<const double> numbers);

}  // namespace thalweg
