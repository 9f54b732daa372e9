// Rewrites a traced computation into an equal one that costs less. The passes read one graph and
// record another, so that every node of the result has passed its shape rule again.
#pragma once

#include <span>

#include "thalweg/program/traced.hpp"

namespace thalweg {

// Drops what the outputs do not need, gives equal nodes once (barriers and custom operations apart)
// and rewrites algebra that costs nothing to get right: constants are folded, identities dropped,
// chains of reshape, transpose and broadcast joined, repetition moved behind arithmetic, reductions
// split into consecutive axes. Repeated until nothing changes. Values keep their meaning; the bits
// of a sum may change where its order does, and -0 may become 0.
Traced simplify(std::span<const Symbol> outputs);

}  // namespace thalweg
