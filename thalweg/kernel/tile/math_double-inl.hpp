// Sine, cosine and power over Highway vectors, to about 2 units in the last place, with the special
// values of C. They work in double, for vectors of float too. Included once for each instruction
// set, inside no namespace.

#if defined(THALWEG_KERNEL_TILE_MATH_DOUBLE_INL_HPP) == defined(HWY_TARGET_TOGGLE)
#ifdef THALWEG_KERNEL_TILE_MATH_DOUBLE_INL_HPP
#undef THALWEG_KERNEL_TILE_MATH_DOUBLE_INL_HPP
#else
#define THALWEG_KERNEL_TILE_MATH_DOUBLE_INL_HPP
#endif

#include <cmath>
#include <cstdint>

#include "thalweg/kernel/tile/math-inl.hpp"

HWY_BEFORE_NAMESPACE();
namespace thalweg {
namespace HWY_NAMESPACE {

// Calls scalar(x) for the lanes of x in the mask; the others keep y.
template <class D, class M, class Scalar, class V = hn::Vec<D>>
HWY_INLINE V each_lane(D d, M mask, V x, V y, const Scalar& scalar) {
  HWY_ALIGN hn::TFromD<D> in[HWY_LANES(double)], out[HWY_LANES(double)];
  hn::Store(x, d, in);
  for (size_t lane = 0; lane < hn::Lanes(d); ++lane) out[lane] = scalar(in[lane]);
  return hn::IfThenElse(mask, hn::Load(d, out), y);
}

// sin(x + quarter pi/2), double only: reduced by pi/2 in three parts while n has 20 bits, by the C
// library beyond.
template <class D, class V = hn::Vec<D>>
HWY_INLINE V circular(D d, V x, uint64_t quarter) {
  const hn::RebindToUnsigned<D> du;
  const V round = hn::Set(d, Fit<double>::round), one = hn::Set(d, 1.0);
  const V rounded = hn::MulAdd(x, hn::Set(d, 0x1.45f306dc9c883p-1), round);
  const V n = hn::Sub(rounded, round);
  // 33 bits of pi/2 times n are exact; so is the first difference.
  const V a = hn::Sub(x, hn::Mul(n, hn::Set(d, 0x1.921fb544p+0)));
  const V second = hn::Mul(n, hn::Set(d, 0x1.0b4611a6p-34));
  const V b = hn::Sub(a, second);
  const V lost =
      hn::Sub(hn::Sub(hn::Sub(a, b), second), hn::Mul(n, hn::Set(d, 0x1.3198a2e037073p-69)));
  const V r = hn::Add(b, lost), low = hn::Add(hn::Sub(b, r), lost), z = hn::Mul(r, r);
  const V sine = hn::Add(r, hn::MulAdd(hn::Mul(r, z), polynomial(d, z, Fit<double>::sine), low));
  const V half = hn::Mul(z, hn::Set(d, 0.5)), whole = hn::Sub(one, half);
  const V rest =
      hn::NegMulAdd(r, low, hn::Mul(hn::Mul(z, z), polynomial(d, z, Fit<double>::cosine)));
  const V cosine = hn::Add(whole, hn::Add(hn::Sub(hn::Sub(one, whole), half), rest));
  const auto quadrant = hn::Add(hn::BitCast(du, rounded), hn::Set(du, quarter));
  const auto bit = [&](uint64_t which) {
    return hn::RebindMask(d, hn::TestBit(quadrant, hn::Set(du, which)));
  };
  const V y = hn::IfThenElse(bit(1), cosine, sine);
  const V signed_y = hn::IfThenElse(bit(2), hn::Neg(y), y);
  // -0 stays -0, which the sum with round forgets.
  const V kept = quarter == 0 ? hn::IfThenElse(hn::Eq(x, hn::Zero(d)), x, signed_y) : signed_y;
  const auto large = hn::Not(hn::Le(hn::Abs(x), hn::Set(d, 1e6)));
  if (HWY_LIKELY(hn::AllFalse(d, large))) return kept;
  return each_lane(d, large, x, kept,
                   [&](double lane) { return quarter == 0 ? std::sin(lane) : std::cos(lane); });
}

// a b = high + low exactly, where nothing overflows.
template <class D, class V = hn::Vec<D>>
HWY_INLINE V exact_product(D d, V a, V b, V& low) {
  const V high = hn::Mul(a, b);
#if HWY_NATIVE_FMA
  (void)d;
  low = hn::MulSub(a, b, high);
#else
  // Dekker's: halves of 26 bits.
  const auto half = [&](V x) {
    const V big = hn::Mul(x, hn::Set(d, 0x1.0000002p27));
    return hn::Sub(big, hn::Sub(big, x));
  };
  const V ah = half(a), bh = half(b), al = hn::Sub(a, ah), bl = hn::Sub(b, bh);
  const V cross =
      hn::Add(hn::Sub(hn::Mul(ah, bh), high), hn::Add(hn::Mul(ah, bl), hn::Mul(al, bh)));
  low = hn::Add(cross, hn::Mul(al, bl));
#endif
  return high;
}

// high + low = a + b exactly where |a| >= |b| or a = 0.
template <class V>
HWY_INLINE V fast_sum(V a, V b, V& low) {
  const V high = hn::Add(a, b);
  low = hn::Sub(b, hn::Sub(high, a));
  return high;
}

// log(x) = the result + low, to 2^-66 of it, for x > 0, finite; double only.
template <class D, class V = hn::Vec<D>>
HWY_INLINE V long_logarithm(D d, V x, V& low) {
  V k, e;
  const V f = split_exponent(d, x, k);
  // s = f / (2 + f)
  const V two = hn::Set(d, 2.0), below = hn::Add(two, f),
          below_low = hn::Sub(f, hn::Sub(below, two));
  const V s = hn::Div(f, below);
  const V product = exact_product(d, s, below, e);
  const V s_low = hn::Div(hn::Sub(hn::Sub(hn::Sub(f, product), e), hn::Mul(s, below_low)), below);
  // p = s^2 (1/3 + s^2 T(s^2))
  V z_low, c_low, p_low, w_low, q_low;
  const V z = exact_product(d, s, s, z_low);
  z_low = hn::MulAdd(hn::Add(s, s), s_low, z_low);
  const V tail = hn::MulAdd(z, polynomial(d, z, Fit<double>::logarithm_tail),
                            hn::Set(d, 0x1.5555555555555p-56));
  const V c = fast_sum(hn::Set(d, 0x1.5555555555555p-2), tail, c_low);
  const V p = exact_product(d, z, c, p_low);
  p_low = hn::Add(p_low, hn::MulAdd(z, c_low, hn::Mul(z_low, c)));
  // log(1 + f) = 2 (s + s p)
  const V w = exact_product(d, s, p, w_low);
  w_low = hn::Add(w_low, hn::MulAdd(s, p_low, hn::Mul(s_low, p)));
  const V q = fast_sum(s, w, q_low);
  q_low = hn::Add(q_low, hn::Add(s_low, w_low));
  const V high = fast_sum(hn::Mul(k, hn::Set(d, Fit<double>::ln2_high)), hn::Add(q, q), low);
  low = hn::Add(low, hn::MulAdd(k, hn::Set(d, Fit<double>::ln2_low), hn::Add(q_low, q_low)));
  return high;
}

// x^y, double only.
template <class D, class V = hn::Vec<D>>
HWY_INLINE V double_power(D d, V x, V y) {
  const V zero = hn::Zero(d), one = hn::Set(d, 1.0), infinity = hn::Inf(d), a = hn::Abs(x);
  // Beyond 2^66 every x but 1 is at its end.
  const V held = hn::Min(hn::Max(y, hn::Set(d, -0x1p66)), hn::Set(d, 0x1p66));
  V log_low, e_low;
  const V log_high = long_logarithm(d, a, log_low);
  const V e = exact_product(d, held, log_high, e_low);
  e_low = hn::MulAdd(held, log_low, e_low);
  // Outside the range of exp the low part means nothing.
  const auto inside = hn::Lt(hn::Abs(e), hn::Set(d, 750.0));
  V out = exponential(d, e, hn::IfThenElseZero(inside, e_low));
  // |x| = 0 and infinity: the ends, the other way round for y < 0.
  const V end = hn::IfThenElse(hn::Xor(hn::Eq(a, zero), hn::Lt(y, zero)), zero, infinity);
  out = hn::IfThenElse(hn::Or(hn::Eq(a, zero), hn::Eq(a, infinity)), end, out);
  const V half = hn::Mul(y, hn::Set(d, 0.5));
  const auto integer = hn::Eq(hn::Floor(y), y);
  const auto odd = hn::AndNot(hn::Eq(hn::Floor(half), half),
                              hn::And(integer, hn::Lt(hn::Abs(y), hn::Set(d, 0x1p53))));
  // The sign of x counts where y is odd; a negative number has no other power but whole ones.
  out = hn::IfThenElse(odd, hn::CopySign(out, x), out);
  const auto lost = hn::And(hn::AndNot(integer, hn::Lt(x, zero)), hn::Lt(a, infinity));
  const V nan = hn::Div(zero, zero);
  out = hn::IfThenElse(lost, nan, out);
  const auto ordered = hn::And(hn::Eq(x, x), hn::Eq(y, y));
  out = hn::IfThenElse(ordered, out, nan);
  return hn::IfThenElse(hn::Or(hn::Eq(y, zero), hn::Eq(x, one)), one, out);
}

// function(d, vectors of double...), also for vectors of float.
template <class D, class Function, class... V>
HWY_INLINE hn::Vec<D> in_double(D d, const Function& function, V... x) {
  if constexpr (hwy::IsSame<hn::TFromD<D>, double>()) {
    return function(d, x...);
  } else {
    const hn::ScalableTag<double> wide;
    const hn::Rebind<float, decltype(wide)> narrow;
    HWY_ALIGN float in[sizeof...(V)][HWY_LANES(float)], out[HWY_LANES(float)];
    size_t k = 0;
    ((hn::Store(x, d, in[k++])), ...);
    for (size_t i = 0; i < hn::Lanes(d); i += hn::Lanes(wide)) {
      const auto load = [&](size_t which) {
        return hn::PromoteTo(wide, hn::LoadU(narrow, in[which] + i));
      };
      if constexpr (sizeof...(V) == 1)
        hn::StoreU(hn::DemoteTo(narrow, function(wide, load(0))), narrow, out + i);
      else
        hn::StoreU(hn::DemoteTo(narrow, function(wide, load(0), load(1))), narrow, out + i);
    }
    return hn::Load(d, out);
  }
}

template <class D, class V = hn::Vec<D>>
HWY_INLINE V sine(D d, V x) {
  return in_double(
      d, [](auto wide, auto lanes) { return circular(wide, lanes, 0); }, x);
}
template <class D, class V = hn::Vec<D>>
HWY_INLINE V cosine(D d, V x) {
  return in_double(
      d, [](auto wide, auto lanes) { return circular(wide, lanes, 1); }, x);
}
template <class D, class V = hn::Vec<D>>
HWY_INLINE V power(D d, V x, V y) {
  return in_double(
      d, [](auto wide, auto a, auto b) { return double_power(wide, a, b); }, x, y);
}

}  // namespace HWY_NAMESPACE
}  // namespace thalweg
HWY_AFTER_NAMESPACE();

#endif
