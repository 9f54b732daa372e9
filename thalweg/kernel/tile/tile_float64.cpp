// Tile programs in double.
#include "thalweg/kernel/tile/tile_plan.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "thalweg/kernel/tile/tile_float64.cpp"
#include "hwy/foreach_target.h"
#include "thalweg/kernel/tile/tile_sweep-inl.hpp"

HWY_BEFORE_NAMESPACE();
namespace thalweg {
namespace HWY_NAMESPACE {

void sweep_float64(const TileRun& run, size_t block) { sweep_tiles<double>(run, block); }

}  // namespace HWY_NAMESPACE
}  // namespace thalweg
HWY_AFTER_NAMESPACE();

#if HWY_ONCE

namespace thalweg {

HWY_EXPORT(sweep_float64);

void sweep_tiles_float64(const TileRun& run, size_t block) {
  HWY_DYNAMIC_DISPATCH(sweep_float64)(run, block);
}

}  // namespace thalweg

#endif
