// A Highway vector of T that reads like a number, so that the transforms' bodies need not know of
// it. Included once for each instruction set, inside no namespace.

#if defined(THALWEG_OPTIM_TRANSFORM_NUMBER_INL_HPP) == defined(HWY_TARGET_TOGGLE)
#ifdef THALWEG_OPTIM_TRANSFORM_NUMBER_INL_HPP
#undef THALWEG_OPTIM_TRANSFORM_NUMBER_INL_HPP
#else
#define THALWEG_OPTIM_TRANSFORM_NUMBER_INL_HPP
#endif

#include "hwy/highway.h"

HWY_BEFORE_NAMESPACE();
namespace thalweg {
namespace HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

template <class T>
using Lanes = hn::ScalableTag<T>;

template <class T>
struct Number {
  hn::Vec<Lanes<T>> raw;

  HWY_INLINE Number() = default;
  explicit HWY_INLINE Number(double x) : raw(hn::Set(Lanes<T>(), static_cast<T>(x))) {}
  static HWY_INLINE Number of(hn::Vec<Lanes<T>> vector) {
    Number out;
    out.raw = vector;
    return out;
  }

  friend HWY_INLINE Number operator+(Number a, Number b) { return of(hn::Add(a.raw, b.raw)); }
  friend HWY_INLINE Number operator-(Number a, Number b) { return of(hn::Sub(a.raw, b.raw)); }
  friend HWY_INLINE Number operator*(Number a, Number b) { return of(hn::Mul(a.raw, b.raw)); }
  friend HWY_INLINE Number operator/(Number a, Number b) { return of(hn::Div(a.raw, b.raw)); }
  friend HWY_INLINE Number sqrt(Number a) { return of(hn::Sqrt(a.raw)); }
  friend HWY_INLINE Number absolute(Number a) { return of(hn::Abs(a.raw)); }
  // The first argument where one is NaN.
  friend HWY_INLINE Number maximum(Number a, Number b) {
    return of(hn::IfThenElse(hn::Lt(a.raw, b.raw), b.raw, a.raw));
  }
  friend HWY_INLINE Number minimum(Number a, Number b) {
    return of(hn::IfThenElse(hn::Gt(a.raw, b.raw), b.raw, a.raw));
  }
  // -1, 0 or 1; NaN stays.
  friend HWY_INLINE Number sign(Number a) {
    const auto zero = hn::Zero(Lanes<T>()), one = hn::Set(Lanes<T>(), T{1});
    const auto low = hn::IfThenElse(hn::Lt(a.raw, zero), hn::Neg(one), a.raw);
    return of(hn::IfThenElse(hn::Gt(a.raw, zero), one, low));
  }
};

}  // namespace HWY_NAMESPACE
}  // namespace thalweg
HWY_AFTER_NAMESPACE();

#endif
