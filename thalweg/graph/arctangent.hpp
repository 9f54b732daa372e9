// The arc tangent: no operation of the tile machine, so a custom one.
#pragma once

#include "thalweg/graph/symbol.hpp"

namespace thalweg {

// Elementwise, in (-pi/2, pi/2), of floating numbers.
Symbol arctan(Symbol x);

}  // namespace thalweg
