// A Highway vector of doubles that reads like a number, so that the loss bodies need not know of
// it. Included once for each instruction set, inside no namespace.

#if defined(THALWEG_KERNEL_LANES_INL_HPP) == defined(HWY_TARGET_TOGGLE)
#ifdef THALWEG_KERNEL_LANES_INL_HPP
#undef THALWEG_KERNEL_LANES_INL_HPP
#else
#define THALWEG_KERNEL_LANES_INL_HPP
#endif

#include "hwy/contrib/math/math-inl.h"
#include "hwy/highway.h"

HWY_BEFORE_NAMESPACE();
namespace thalweg {
namespace HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

using Tag = hn::ScalableTag<double>;
using Vector = hn::Vec<Tag>;
using Mask = hn::Mask<Tag>;

struct Lanes {
  Vector raw;

  explicit Lanes(double x) : raw(hn::Set(Tag(), x)) {}
  explicit Lanes(Vector vector) : raw(vector) {}
};

HWY_INLINE Lanes operator+(Lanes a, Lanes b) { return Lanes(hn::Add(a.raw, b.raw)); }
HWY_INLINE Lanes operator-(Lanes a, Lanes b) { return Lanes(hn::Sub(a.raw, b.raw)); }
HWY_INLINE Lanes operator*(Lanes a, Lanes b) { return Lanes(hn::Mul(a.raw, b.raw)); }
HWY_INLINE Lanes operator/(Lanes a, Lanes b) { return Lanes(hn::Div(a.raw, b.raw)); }
HWY_INLINE Lanes operator-(Lanes a) { return Lanes(hn::Neg(a.raw)); }
HWY_INLINE Mask operator<(Lanes a, Lanes b) { return hn::Lt(a.raw, b.raw); }
HWY_INLINE Mask operator>(Lanes a, Lanes b) { return hn::Gt(a.raw, b.raw); }
HWY_INLINE Mask operator<=(Lanes a, Lanes b) { return hn::Le(a.raw, b.raw); }
HWY_INLINE Mask operator==(Lanes a, Lanes b) { return hn::Eq(a.raw, b.raw); }
HWY_INLINE Lanes select(Mask condition, Lanes yes, Lanes no) {
  return Lanes(hn::IfThenElse(condition, yes.raw, no.raw));
}
HWY_INLINE Lanes absolute(Lanes a) { return Lanes(hn::Abs(a.raw)); }
// The first argument where one is NaN.
HWY_INLINE Lanes maximum(Lanes a, Lanes b) { return select(a < b, b, a); }
HWY_INLINE Lanes minimum(Lanes a, Lanes b) { return select(a > b, b, a); }

// Highway's exp takes NaN to 0 and fails beyond the range of 32-bit exponents.
HWY_INLINE Lanes exp(Lanes x) {
  const Lanes held = minimum(x, Lanes(710.0));
  return select(x == x, Lanes(hn::Exp(Tag(), held.raw)), x);
}
// For x > -1, finite.
HWY_INLINE Lanes log1p(Lanes x) { return select(x == x, Lanes(hn::Log1p(Tag(), x.raw)), x); }

}  // namespace HWY_NAMESPACE
}  // namespace thalweg
HWY_AFTER_NAMESPACE();

#endif
