// Places in the arena: what is never alive at the same time may share them.
#pragma once

#include <vector>

#include "thalweg/program/kernel_call.hpp"

namespace thalweg {

// Sets the offsets of what lives in the arena, and of each call's scratch memory; returns its bytes.
size_t plan_memory(Lowered& program, std::vector<size_t>& scratch_offsets);

}  // namespace thalweg
