#include "thalweg/kernel/normalize.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "thalweg/kernel/normalize.cpp"
#include "hwy/foreach_target.h"
#include "hwy/highway.h"

HWY_BEFORE_NAMESPACE();
namespace thalweg {
namespace HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;
using Tag = hn::ScalableTag<float>;

HWY_INLINE hn::Vec<Tag> load(const float* from) { return hn::LoadU(Tag(), from); }
HWY_INLINE hn::Vec<Tag> load(const uint8_t* from) {
  const hn::Rebind<uint8_t, Tag> bytes;
  const hn::Rebind<int32_t, Tag> whole;
  return hn::ConvertTo(Tag(), hn::PromoteTo(whole, hn::LoadU(bytes, from)));
}

template <class T>
HWY_INLINE void normalize_any(const T* from, size_t count, float center, float scale, float* to) {
  const size_t lanes = hn::Lanes(Tag());
  const auto middle = hn::Set(Tag(), center), factor = hn::Set(Tag(), scale);
  size_t i = 0;
  for (; i + lanes <= count; i += lanes)
    hn::StoreU(hn::Mul(hn::Sub(load(from + i), middle), factor), Tag(), to + i);
  for (; i < count; ++i) to[i] = (static_cast<float>(from[i]) - center) * scale;
}

void normalize_bytes(const uint8_t* from, size_t count, float center, float scale, float* to) {
  normalize_any(from, count, center, scale, to);
}
void normalize_floats(const float* from, size_t count, float center, float scale, float* to) {
  normalize_any(from, count, center, scale, to);
}

}  // namespace HWY_NAMESPACE
}  // namespace thalweg
HWY_AFTER_NAMESPACE();

#if HWY_ONCE

namespace thalweg {
namespace {

HWY_EXPORT(normalize_bytes);
HWY_EXPORT(normalize_floats);

}  // namespace

void normalize(const uint8_t* from, size_t count, float center, float scale, float* to) {
  HWY_DYNAMIC_DISPATCH(normalize_bytes)(from, count, center, scale, to);
}

void normalize(const float* from, size_t count, float center, float scale, float* to) {
  HWY_DYNAMIC_DISPATCH(normalize_floats)(from, count, center, scale, to);
}

}  // namespace thalweg

#endif  // HWY_ONCE
