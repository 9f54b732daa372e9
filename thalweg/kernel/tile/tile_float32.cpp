// Tile programs in float.
#include "thalweg/kernel/tile/tile_plan.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "thalweg/kernel/tile/tile_float32.cpp"
#include "hwy/foreach_target.h"
#include "thalweg/kernel/tile/tile_sweep-inl.hpp"

HWY_BEFORE_NAMESPACE();
namespace thalweg {
namespace HWY_NAMESPACE {

void sweep_float32(const TileRun& run, size_t block) { sweep_tiles<float>(run, block); }

}  // namespace HWY_NAMESPACE
}  // namespace thalweg
HWY_AFTER_NAMESPACE();

#if HWY_ONCE

namespace thalweg {

HWY_EXPORT(sweep_float32);

void sweep_tiles_float32(const TileRun& run, size_t block) {
  HWY_DYNAMIC_DISPATCH(sweep_float32)(run, block);
}

}  // namespace thalweg

#endif
