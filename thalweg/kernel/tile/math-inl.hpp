// The elementary functions over Highway vectors of float and double, to about 2 units in the last
// place over their whole range, with the special values of C: infinities, NaN, signed results at the
// ends, subnormal numbers. Included once for each instruction set, inside no namespace.
//
// Highway's own are off by up to 6 units, take NaN to numbers and have neither erf nor pow. The
// reductions are the textbook ones (Muller, "Elementary Functions", 3rd edition, chapters 10, 11);
// the polynomials are near-minimax fits by tests/oracle/tile_math.py. Multiply-adds are fused where
// the instruction set does so; nothing depends on it.

#if defined(THALWEG_KERNEL_TILE_MATH_INL_HPP) == defined(HWY_TARGET_TOGGLE)
#ifdef THALWEG_KERNEL_TILE_MATH_INL_HPP
#undef THALWEG_KERNEL_TILE_MATH_INL_HPP
#else
#define THALWEG_KERNEL_TILE_MATH_INL_HPP
#endif

#include <cmath>
#include <cstdint>

#include "hwy/highway.h"

HWY_BEFORE_NAMESPACE();
namespace thalweg {
namespace HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

template <class T>
struct Fit;

// Where an exponent or a mantissa stands, and the fits. From r, r^2 and the like on, see the uses.
template <>
struct Fit<double> {
  static constexpr int mantissa = 52, bias = 1023;
  static constexpr double round = 0x1.8p52;  // added: the integer stands in the low bits
  static constexpr double least_exp = -746, most_exp = 710;
  static constexpr double ln2_high = 0x1.62e42feep-1, ln2_low = 0x1.a39ef35793c76p-33;
  static constexpr uint64_t root_half = 0x3FE6A09E667F3BCD;
  static constexpr double most_erf = 6;
  static constexpr double exponential[] = {0x1p-1,
                                           0x1.5555555555557p-3,
                                           0x1.5555555555556p-5,
                                           0x1.11111111100bep-7,
                                           0x1.6c16c16c162c3p-10,
                                           0x1.a01a01abf85abp-13,
                                           0x1.a01a01a6e1e23p-16,
                                           0x1.71de01fdbf9cap-19,
                                           0x1.27e4db46cecd2p-22,
                                           0x1.af4e554377204p-26,
                                           0x1.1f7340da58886p-29};
  static constexpr double logarithm[] = {
      0x1.5555555555558p-1, 0x1.99999999952d7p-2, 0x1.2492492df281ap-2, 0x1.c71c62e3f11e6p-3,
      0x1.7462b51cb66b1p-3, 0x1.39fe51a7c18f9p-3, 0x1.2b5900de53b32p-3};
  static constexpr double logarithm_tail[] = {
      0x1.999999999999ap-3, 0x1.2492492492521p-3, 0x1.c71c71c6eaa1p-4,  0x1.745d177a96056p-4,
      0x1.3b1395d2190c1p-4, 0x1.1118c7e4b0917p-4, 0x1.df7cc8e5fa539p-5, 0x1.e02e6fff27908p-5};
  static constexpr double tanh[] = {
      -0x1.5555555555553p-2,  0x1.1111111110797p-3,  -0x1.ba1ba1b928696p-5,  0x1.664f483678b17p-6,
      -0x1.226e290e8fa1cp-7,  0x1.d6d17cab2cbdap-9,  -0x1.7d800244f706bp-10, 0x1.33fb64985f13fp-11,
      -0x1.e3eedaf95cd79p-13, 0x1.4dc39e5694cc5p-14, -0x1.211ac853206bp-16};
  static constexpr double erf[] = {
      0x1.06eba8214db69p-3,  -0x1.812746b0379e6p-2,  0x1.ce2f21a042b3p-4,   -0x1.b82ce31284ep-6,
      0x1.565bcd0dbaa38p-8,  -0x1.c02db3dac435fp-11, 0x1.f9a321d5b8e1ep-14, -0x1.f4d1e3183f7aep-17,
      0x1.b9df224ca4b97p-20, -0x1.5f1ecb6f0764cp-23, 0x1.f7b4bf3b13964p-27, -0x1.389d4f2641625p-30,
      0x1.05ffd737fb32ep-34};
  static constexpr double erfc[] = {
      0x1.058671b52c775p-2,   -0x1.b57034efd3f74p-2, 0x1.eeea7dc8a7bb2p-3,
      -0x1.437f0b68c0663p-4,  0x1.e9471591b7446p-9,  0x1.ca95ed532b303p-8,
      -0x1.bc25a010847bep-11, -0x1.016b5e511a3fp-10, 0x1.6d589c869e092p-15,
      0x1.6dab5fdd60b62p-13,  0x1.ce62d05252d06p-16, -0x1.cfbc05a3f041ap-16,
      -0x1.db57ed0f1c283p-17, 0x1.f322e0892648ep-20, 0x1.1640edd9e223dp-18,
      -0x1.de7cb807e82e6p-23};
  static constexpr double sine[] = {
      -0x1.5555555555555p-3,  0x1.111111111111p-7,   -0x1.a01a01a019937p-13, 0x1.71de3a54607fap-19,
      -0x1.ae6454129f078p-26, 0x1.61217eed1c04ap-33, -0x1.ab17c21adf462p-41};
  static constexpr double cosine[] = {
      0x1.5555555555555p-5,  -0x1.6c16c16c16c16p-10, 0x1.a01a01a019d0ap-16, -0x1.27e4fb7712cc8p-22,
      0x1.1eed8deb869afp-29, -0x1.9394b9f1ce104p-37, 0x1.ab784b1122af7p-45};
};
template <>
struct Fit<float> {
  static constexpr int mantissa = 23, bias = 127;
  static constexpr float round = 0x1.8p23f;
  static constexpr float least_exp = -104, most_exp = 89;
  static constexpr float ln2_high = 0x1.62e4p-1f, ln2_low = 0x1.7f7d1cp-20f;
  static constexpr uint32_t root_half = 0x3F3504F3;
  static constexpr float most_erf = 4;
  static constexpr float exponential[] = {0x1p-1f,       0x1.555556p-3f, 0x1.5554e8p-5f,
                                          0x1.1110ep-7f, 0x1.6d43bp-10f, 0x1.a1256cp-13f};
  static constexpr float logarithm[] = {0x1.555556p-1f, 0x1.9999ecp-2f, 0x1.245c4p-2f,
                                        0x1.ddcf72p-3f};
  static constexpr float tanh[] = {-0x1.555556p-2f, 0x1.1110e8p-3f,  -0x1.ba08b4p-5f,
                                   0x1.64a868p-6f,  -0x1.116328p-7f, 0x1.2c645ep-9f};
  static constexpr float erf[] = {0x1.06eba8p-3f, -0x1.81273ep-2f,  0x1.ce2d1p-4f, -0x1.b7fabap-6f,
                                  0x1.54127p-8f,  -0x1.a45088p-11f, 0x1.4a569p-14f};
  static constexpr float erfc[] = {0x1.058672p-2f,  -0x1.b5703ep-2f, 0x1.eeea7ep-3f,
                                   -0x1.437446p-4f, 0x1.e9359ep-9f,  0x1.be5ff8p-8f,
                                   -0x1.b75728p-11f};
};

template <class D, size_t count, class V = hn::Vec<D>>
HWY_INLINE V polynomial(D d, V x, const hn::TFromD<D> (&coefficient)[count]) {
  V sum = hn::Set(d, coefficient[count - 1]);
#pragma GCC unroll 16
  for (size_t i = 1; i < count; ++i)
    sum = hn::MulAdd(sum, x, hn::Set(d, coefficient[count - 1 - i]));
  return sum;
}

// 2^n for the integer in the low bits of n + round, a normal number.
template <class D, class V = hn::Vec<D>>
HWY_INLINE V power_of_two(D d, V rounded) {
  using T = hn::TFromD<D>;
  const hn::RebindToUnsigned<D> du;
  const auto bits = hn::BitCast(du, rounded);
  const auto biased =
      hn::Add(bits, hn::Set(du, static_cast<hn::TFromD<decltype(du)>>(Fit<T>::bias)));
  return hn::BitCast(d, hn::ShiftLeft<Fit<T>::mantissa>(biased));
}

// x = n ln 2 + r: n + round, and exp(r) - 1. `low` is added to r.
template <class D, class V = hn::Vec<D>>
HWY_INLINE V reduced_exponential(D d, V x, V low, V& rounded) {
  using T = hn::TFromD<D>;
  const V round = hn::Set(d, Fit<T>::round);
  rounded = hn::MulAdd(x, hn::Set(d, static_cast<T>(0x1.71547652b82fep+0)), round);
  const V n = hn::Sub(rounded, round);
  const V r = hn::Add(hn::NegMulAdd(n, hn::Set(d, Fit<T>::ln2_low),
                                    hn::Sub(x, hn::Mul(n, hn::Set(d, Fit<T>::ln2_high)))),
                      low);
  return hn::MulAdd(hn::Mul(r, r), polynomial(d, r, Fit<T>::exponential), r);
}

// exp(x + low), |low| a rounding of x.
template <class D, class V = hn::Vec<D>>
HWY_INLINE V exponential(D d, V x, V low) {
  using T = hn::TFromD<D>;
  const V round = hn::Set(d, Fit<T>::round);
  const V held = hn::Min(hn::Max(x, hn::Set(d, Fit<T>::least_exp)), hn::Set(d, Fit<T>::most_exp));
  V rounded;
  const V part = reduced_exponential(d, held, low, rounded);
  // In two factors, each of them a normal number.
  const V n = hn::Sub(rounded, round);
  const V half = hn::MulAdd(n, hn::Set(d, T{0.5}), round);
  const V rest = hn::Add(hn::Sub(n, hn::Sub(half, round)), round);
  const V y = hn::Mul(hn::Mul(hn::Add(part, hn::Set(d, T{1})), power_of_two(d, half)),
                      power_of_two(d, rest));
  return hn::IfThenElse(hn::Eq(x, x), y, x);
}
template <class D, class V = hn::Vec<D>>
HWY_INLINE V exponential(D d, V x) {
  return exponential(d, x, hn::Zero(d));
}

template <class D, class V = hn::Vec<D>>
HWY_INLINE V exponential_minus_one(D d, V x) {
  using T = hn::TFromD<D>;
  const V half = hn::Set(d, T{0.5});
  // Below -40 the result is -1.
  const V held = hn::Min(hn::Max(x, hn::Set(d, T{-40})), hn::Set(d, Fit<T>::most_exp));
  V rounded;
  const V part = reduced_exponential(d, held, hn::Zero(d), rounded);
  // Half of the power of two is finite where the result is.
  const V scale = power_of_two(d, hn::Sub(rounded, hn::Set(d, T{1})));
  const V y = hn::Add(hn::Mul(scale, part), hn::Sub(scale, half));
  const auto whole = hn::Eq(rounded, hn::Set(d, Fit<T>::round));
  const V z = hn::IfThenElse(whole, part, hn::Add(y, y));
  return hn::IfThenElse(hn::Eq(x, x), z, x);
}

// x = 2^k (1 + f) with 1 + f in [sqrt(1/2), sqrt(2)), for x > 0, finite.
template <class D, class V = hn::Vec<D>>
HWY_INLINE V split_exponent(D d, V x, V& k) {
  using T = hn::TFromD<D>;
  const hn::RebindToUnsigned<D> du;
  using U = hn::TFromD<decltype(du)>;
  constexpr int mantissa = Fit<T>::mantissa;
  constexpr U one = static_cast<U>(Fit<T>::bias) << mantissa;
  const T up = static_cast<T>(uint64_t{1} << (mantissa + 1));
  const auto small = hn::Lt(x, hn::Set(d, hwy::IsSame<T, float>() ? T(0x1p-126) : T(0x1p-1022)));
  const V normal = hn::IfThenElse(small, hn::Mul(x, hn::Set(d, up)), x);
  const auto bits = hn::Add(hn::BitCast(du, normal), hn::Set(du, one - Fit<T>::root_half));
  const auto low = hn::And(bits, hn::Set(du, (U{1} << mantissa) - 1));
  // The biased exponent in the low bits of 2^mantissa is that number.
  const T shift = static_cast<T>(uint64_t{1} << mantissa);
  const V biased = hn::Or(hn::BitCast(d, hn::ShiftRight<mantissa>(bits)), hn::Set(d, shift));
  k = hn::Sub(biased, hn::Set(d, shift + static_cast<T>(Fit<T>::bias)));
  k = hn::Sub(k, hn::IfThenElseZero(small, hn::Set(d, static_cast<T>(mantissa + 1))));
  return hn::Sub(hn::BitCast(d, hn::Add(low, hn::Set(du, Fit<T>::root_half))), hn::Set(d, T{1}));
}

// k ln 2 + log(1 + f) + low, by s = f / (2 + f): log(1 + f) = f - f^2/2 + s (f^2/2 + R(s^2)).
template <class D, class V = hn::Vec<D>>
HWY_INLINE V combine_logarithm(D d, V k, V f, V low) {
  using T = hn::TFromD<D>;
  const V s = hn::Div(f, hn::Add(f, hn::Set(d, T{2})));
  const V z = hn::Mul(s, s);
  const V rest = hn::Mul(z, polynomial(d, z, Fit<T>::logarithm));
  const V half = hn::Mul(hn::Mul(f, f), hn::Set(d, T{0.5}));
  const V small =
      hn::MulAdd(s, hn::Add(half, rest), hn::MulAdd(k, hn::Set(d, Fit<T>::ln2_low), low));
  return hn::Sub(hn::Mul(k, hn::Set(d, Fit<T>::ln2_high)), hn::Sub(hn::Sub(half, small), f));
}

// y where the logarithm of x is a number; -infinity at 0, NaN below, x itself at infinity and NaN.
template <class D, class V = hn::Vec<D>>
HWY_INLINE V logarithm_ends(D d, V x, V y) {
  const V infinity = hn::Inf(d), zero = hn::Zero(d);
  y = hn::IfThenElse(hn::Lt(x, infinity), y, x);
  y = hn::IfThenElse(hn::Eq(x, zero), hn::Neg(infinity), y);
  return hn::IfThenElse(hn::Lt(x, zero), hn::Div(zero, hn::Zero(d)), y);
}

template <class D, class V = hn::Vec<D>>
HWY_INLINE V logarithm(D d, V x) {
  V k;
  const V f = split_exponent(d, x, k);
  return logarithm_ends(d, x, combine_logarithm(d, k, f, hn::Zero(d)));
}

template <class D, class V = hn::Vec<D>>
HWY_INLINE V logarithm_one_plus(D d, V x) {
  using T = hn::TFromD<D>;
  const V one = hn::Set(d, T{1});
  const V u = hn::Add(one, x);
  // What rounding took from 1 + x.
  const V lost =
      hn::IfThenElse(hn::Lt(x, one), hn::Sub(x, hn::Sub(u, one)), hn::Sub(one, hn::Sub(u, x)));
  V k;
  const V f = split_exponent(d, u, k);
  const auto near = hn::Eq(k, hn::Zero(d));
  const V low = hn::IfThenElse(near, hn::Zero(d), hn::Div(lost, u));
  const V y = combine_logarithm(d, k, hn::IfThenElse(near, x, f), low);
  return logarithm_ends(d, u, hn::IfThenElse(hn::Eq(x, hn::Zero(d)), x, y));
}

template <class D, class V = hn::Vec<D>>
HWY_INLINE V hyperbolic_tangent(D d, V x) {
  using T = hn::TFromD<D>;
  const V one = hn::Set(d, T{1}), two = hn::Set(d, T{2}), a = hn::Abs(x);
  const V z = hn::Mul(x, x);
  const V near = hn::MulAdd(hn::Mul(x, z), polynomial(d, z, Fit<T>::tanh), x);
  const V far = hn::Sub(one, hn::Div(two, hn::Add(exponential(d, hn::Add(a, a)), one)));
  return hn::IfThenElse(hn::Lt(a, hn::Set(d, T{0.625})), near, hn::CopySign(far, x));
}

template <class D, class V = hn::Vec<D>>
HWY_INLINE V error_function(D d, V x) {
  using T = hn::TFromD<D>;
  const V one = hn::Set(d, T{1}), two = hn::Set(d, T{2}), a = hn::Abs(x);
  const V near = hn::MulAdd(x, polynomial(d, hn::Mul(x, x), Fit<T>::erf), x);
  // erfc(a) exp(a^2) as a polynomial in (a - 2) / (a + 2).
  const V held = hn::Min(a, hn::Set(d, Fit<T>::most_erf));
  const V t = hn::Div(hn::Sub(held, two), hn::Add(held, two));
  const V tail =
      hn::Mul(exponential(d, hn::Neg(hn::Mul(held, held))), polynomial(d, t, Fit<T>::erfc));
  const V far = hn::CopySign(hn::Sub(one, tail), x);
  const V y = hn::IfThenElse(hn::Lt(a, one), near, far);
  return hn::IfThenElse(hn::Eq(x, x), y, x);
}

template <class D, class V = hn::Vec<D>>
HWY_INLINE V sigmoid(D d, V x) {
  const V one = hn::Set(d, hn::TFromD<D>{1});
  const V e = exponential(d, hn::Neg(hn::Abs(x)));
  return hn::Div(hn::IfThenElse(hn::Lt(x, hn::Zero(d)), e, one), hn::Add(one, e));
}

}  // namespace HWY_NAMESPACE
}  // namespace thalweg
HWY_AFTER_NAMESPACE();

#endif
