// The steps of a tile program as loops over vectors of float or double, one table of functions for
// each type. Included once for each instruction set, inside no namespace.

#if defined(THALWEG_KERNEL_TILE_STEPS_INL_HPP) == defined(HWY_TARGET_TOGGLE)
#ifdef THALWEG_KERNEL_TILE_STEPS_INL_HPP
#undef THALWEG_KERNEL_TILE_STEPS_INL_HPP
#else
#define THALWEG_KERNEL_TILE_STEPS_INL_HPP
#endif

#include <array>
#include <cstring>

#include "thalweg/kernel/tile/math-inl.hpp"
#include "thalweg/kernel/tile/math_double-inl.hpp"
#include "thalweg/kernel/tile/tile_plan.hpp"

HWY_BEFORE_NAMESPACE();
namespace thalweg {
namespace HWY_NAMESPACE {

// No vector is wider than a lane-wide buffer.
template <class T>
using TileTag = hn::CappedTag<T, lane_bytes / sizeof(T)>;

template <class D, class M, class V = hn::Vec<D>>
HWY_INLINE V truth(D d, M mask) {
  return hn::IfThenElseZero(mask, hn::Set(d, hn::TFromD<D>{1}));
}
template <class D, class V = hn::Vec<D>>
HWY_INLINE auto is_true(D d, V a) {
  // Not Ne, which is false for NaN on some instruction sets.
  return hn::Not(hn::Eq(a, hn::Zero(d)));
}
// NaN where either is.
template <class V>
HWY_INLINE V larger(V a, V b) {
  return hn::IfThenElse(hn::AndNot(hn::Gt(a, b), hn::Eq(a, a)), b, a);
}
template <class V>
HWY_INLINE V smaller(V a, V b) {
  return hn::IfThenElse(hn::AndNot(hn::Lt(a, b), hn::Eq(a, a)), b, a);
}

// The body of each kind; `a`, `b`, `c` are vectors.
template <TileStepKind kind, class D, class V>
HWY_INLINE V compute(D d, V a, V b, V c) {
  using T = hn::TFromD<D>;
  using enum TileStepKind;
  const V zero = hn::Zero(d), one = hn::Set(d, T{1});
  if constexpr (kind == convert) return a;  // see convert_tile
  if constexpr (kind == negate) return hn::Neg(a);
  if constexpr (kind == absolute) return hn::Abs(a);
  if constexpr (kind == sign)
    return hn::IfThenElse(is_true(d, a), hn::IfThenElse(hn::Eq(a, a), hn::CopySign(one, a), a), a);
  if constexpr (kind == square_root) return hn::Sqrt(a);
  if constexpr (kind == reciprocal_square_root) return hn::Div(one, hn::Sqrt(a));
  if constexpr (kind == floor) return hn::Floor(a);
  if constexpr (kind == exponential) return HWY_NAMESPACE::exponential(d, a);
  if constexpr (kind == exponential_minus_one) return HWY_NAMESPACE::exponential_minus_one(d, a);
  if constexpr (kind == logarithm) return HWY_NAMESPACE::logarithm(d, a);
  if constexpr (kind == logarithm_one_plus) return HWY_NAMESPACE::logarithm_one_plus(d, a);
  if constexpr (kind == tanh) return hyperbolic_tangent(d, a);
  if constexpr (kind == error_function) return HWY_NAMESPACE::error_function(d, a);
  if constexpr (kind == sigmoid) return HWY_NAMESPACE::sigmoid(d, a);
  if constexpr (kind == sine) return HWY_NAMESPACE::sine(d, a);
  if constexpr (kind == cosine) return HWY_NAMESPACE::cosine(d, a);
  if constexpr (kind == is_finite) return truth(d, hn::Lt(hn::Abs(a), hn::Inf(d)));
  if constexpr (kind == logical_not) return truth(d, hn::Eq(a, zero));
  if constexpr (kind == add) return hn::Add(a, b);
  if constexpr (kind == subtract) return hn::Sub(a, b);
  if constexpr (kind == multiply) return hn::Mul(a, b);
  if constexpr (kind == divide) return hn::Div(a, b);
  if constexpr (kind == power) return HWY_NAMESPACE::power(d, a, b);
  if constexpr (kind == maximum) return larger(a, b);
  if constexpr (kind == minimum) return smaller(a, b);
  if constexpr (kind == equal) return truth(d, hn::Eq(a, b));
  if constexpr (kind == less) return truth(d, hn::Lt(a, b));
  if constexpr (kind == less_equal) return truth(d, hn::Le(a, b));
  if constexpr (kind == logical_and) return truth(d, hn::And(is_true(d, a), is_true(d, b)));
  if constexpr (kind == logical_or) return truth(d, hn::Or(is_true(d, a), is_true(d, b)));
  if constexpr (kind == select) return hn::IfThenElse(is_true(d, a), b, c);
  if constexpr (kind == multiply_add) return hn::Add(hn::Mul(a, b), c);
  if constexpr (kind == multiply_subtract) return hn::Sub(hn::Mul(a, b), c);
  if constexpr (kind == subtract_product) return hn::Sub(c, hn::Mul(a, b));
}

constexpr int step_inputs(TileStepKind kind) {
  return kind < TileStepKind::add ? 1 : kind < TileStepKind::select ? 2 : 3;
}

template <class T>
using StepFunction = void (*)(const T* a, const T* b, const T* c, T* out, size_t count);

// Over `count` elements; bit i of the variant: input i is one number, in a lane-wide buffer.
template <class T, TileStepKind kind, int variant>
void step_loop(const T* a, const T* b, const T* c, T* out, size_t count) {
  const TileTag<T> d;
  using V = hn::Vec<TileTag<T>>;
  constexpr int inputs = step_inputs(kind);
  constexpr bool moves_a = !(variant & 1), moves_b = inputs > 1 && !(variant & 2),
                 moves_c = inputs > 2 && !(variant & 4);
  const size_t lanes = hn::Lanes(d);
  V va = moves_a ? hn::Zero(d) : hn::Load(d, a);
  V vb = inputs < 2 || moves_b ? hn::Zero(d) : hn::Load(d, b);
  V vc = inputs < 3 || moves_c ? hn::Zero(d) : hn::Load(d, c);
  size_t i = 0;
  for (; i + lanes <= count; i += lanes) {
    if constexpr (moves_a) va = hn::LoadU(d, a + i);
    if constexpr (moves_b) vb = hn::LoadU(d, b + i);
    if constexpr (moves_c) vc = hn::LoadU(d, c + i);
    hn::StoreU(compute<kind>(d, va, vb, vc), d, out + i);
  }
  if (i == count) return;
  // The rest through a buffer: beyond it is memory of others.
  HWY_ALIGN T rest[HWY_LANES(T)] = {};
  const size_t bytes = (count - i) * sizeof(T);
  const auto load = [&](const T* from) {
    std::memcpy(rest, from + i, bytes);
    return hn::Load(d, rest);
  };
  if constexpr (moves_a) va = load(a);
  if constexpr (moves_b) vb = load(b);
  if constexpr (moves_c) vc = load(c);
  hn::Store(compute<kind>(d, va, vb, vc), d, rest);
  std::memcpy(out + i, rest, bytes);
}

template <class T, size_t kind, int... variant>
constexpr std::array<StepFunction<T>, 8> step_row(std::integer_sequence<int, variant...>) {
  constexpr auto which = static_cast<TileStepKind>(kind);
  // With all inputs one number the result is, and the loop is over one vector of them.
  return {[] {
    if constexpr (variant < (1 << step_inputs(which)) - 1)
      return &step_loop<T, which, variant>;
    else
      return nullptr;
  }()...};
}

template <class T, size_t... kind>
constexpr std::array<std::array<StepFunction<T>, 8>, sizeof...(kind)> step_table(
    std::index_sequence<kind...>) {
  return {step_row<T, kind>(std::make_integer_sequence<int, 7>())...};
}

// [kind][variant]; the row of convert is empty.
template <class T>
constexpr auto step_functions = step_table<T>(std::make_index_sequence<tile_step_kinds>());

}  // namespace HWY_NAMESPACE
}  // namespace thalweg
HWY_AFTER_NAMESPACE();

#endif
