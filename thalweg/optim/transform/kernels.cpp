#include "thalweg/optim/transform/kernels.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "thalweg/optim/transform/kernels.cpp"
#include "hwy/cache_control.h"
#include "hwy/foreach_target.h"
#include "thalweg/optim/transform/number-inl.hpp"

HWY_BEFORE_NAMESPACE();
namespace thalweg {
namespace HWY_NAMESPACE {

#include "thalweg/optim/transform/bodies-inl.hpp"

template <class T>
struct Element {
  Number<T> u, x, state[most_transform_states];
};

template <class T>
HWY_INLINE Number<T> load(const T* from, hn::Mask<Lanes<T>> mask, bool whole) {
  return Number<T>::of(whole ? hn::LoadU(Lanes<T>(), from)
                             : hn::MaskedLoad(mask, Lanes<T>(), from));
}
template <class T>
HWY_INLINE void store(Number<T> x, T* to, hn::Mask<Lanes<T>> mask, bool whole) {
  if (whole)
    hn::StoreU(x.raw, Lanes<T>(), to);
  else
    hn::BlendedStore(x.raw, mask, Lanes<T>(), to);
}

// Calls step(i, mask, whole) for each vector of the tile; the last may be a part of one. What lies
// beyond is neither read nor written.
template <class T, class Step>
HWY_INLINE void each_vector(size_t count, const Step& step) {
  const Lanes<T> d;
  const size_t lanes = hn::Lanes(d);
  const auto all = hn::FirstN(d, lanes);
  size_t i = 0;
  for (; i + lanes <= count; i += lanes) step(i, all, true);
  if (i < count) step(i, hn::FirstN(d, count - i), false);
}

// The lanes of a vector as doubles, in pairs added where they are floats.
HWY_INLINE hn::Vec<Lanes<double>> widened(hn::Vec<Lanes<double>> x) { return x; }
HWY_INLINE hn::Vec<Lanes<double>> widened(hn::Vec<Lanes<float>> x) {
#if HWY_TARGET == HWY_SCALAR
  return hn::PromoteTo(Lanes<double>(), x);
#else
  const hn::Half<Lanes<float>> half;
  return hn::Add(hn::PromoteTo(Lanes<double>(), hn::LowerHalf(half, x)),
                 hn::PromoteTo(Lanes<double>(), hn::UpperHalf(half, x)));
#endif
}

// Of a single stream that is only read the hardware fetches too little ahead: the norm of 10 million
// floats in 0.51 ms instead of 0.56.
constexpr size_t ahead = 2048;

template <class Body, class T>
HWY_INLINE void numbers(const double* scalars, Number<T>* s) {
  for (size_t k = 0; k < Body::scalars; ++k) s[k] = Number<T>(scalars[k]);
}

// The numbers of a step of each body of a sequence.
template <class T, class... Bodies>
struct Scalars {
  HWY_INLINE Scalars(const double* const*) {}
};
template <class T, class Body, class... Rest>
struct Scalars<T, Body, Rest...> {
  explicit HWY_INLINE Scalars(const double* const* from) : rest(from + 1) {
    numbers<Body>(*from, own);
  }
  Number<T> own[Body::scalars + 1];
  Scalars<T, Rest...> rest;
};

// The bodies one after another, each with its part of the state from `first` on.
template <size_t first, class T>
HWY_INLINE void update_all(Number<T>&, Number<T>&, const Tile<T>&, size_t, hn::Mask<Lanes<T>>, bool,
                           const Scalars<T>&) {}
template <size_t first, class T, class Body, class... Rest>
HWY_INLINE void update_all(Number<T>& u, Number<T>& x, const Tile<T>& t, size_t i,
                           hn::Mask<Lanes<T>> mask, bool whole,
                           const Scalars<T, Body, Rest...>& s) {
  Element<T> e;
  e.u = u, e.x = x;
  for (size_t k = 0; k < Body::states; ++k) e.state[k] = load(t.state[first + k] + i, mask, whole);
  Body::update(e, s.own);
  for (size_t k = 0; k < Body::states; ++k)
    if ((Body::update_writes & Body::writes_state(static_cast<unsigned>(k))) != 0)
      store(e.state[k], t.state[first + k] + i, mask, whole);
  u = e.u, x = e.x;
  update_all<first + Body::states>(u, x, t, i, mask, whole, s.rest);
}

// One body keeps the direction that it turns; a longer sequence has used it.
template <class T, class... Bodies>
void update(const Tile<T>& t) {
  constexpr unsigned writes = (Bodies::update_writes | ...);
  static_assert((static_cast<size_t>(Bodies::states) + ...) <= most_transform_states);
  static_assert(sizeof...(Bodies) <= longest_sequence);
  const Scalars<T, Bodies...> s(t.scalars);
  each_vector<T>(t.count, [&](size_t i, hn::Mask<Lanes<T>> mask, bool whole) HWY_ATTR {
    Number<T> u = load(t.from + i, mask, whole), x = load(t.x + i, mask, whole);
    update_all<0>(u, x, t, i, mask, whole, s);
    if constexpr (sizeof...(Bodies) == 1 && (writes & Body::writes_direction) != 0)
      store(u, t.to + i, mask, whole);
    if constexpr ((writes & Body::writes_point) != 0) store(x, t.x + i, mask, whole);
  });
}

template <class Body, class T>
struct Run {
  static HWY_INLINE Element<T> read(const Tile<T>& t, size_t i, hn::Mask<Lanes<T>> mask,
                                    bool whole) {
    Element<T> e;
    e.u = load(t.from + i, mask, whole);
    e.x = load(t.x + i, mask, whole);
    for (size_t k = 0; k < Body::states; ++k) e.state[k] = load(t.state[k] + i, mask, whole);
    return e;
  }

  // Sums in double, in one fixed order.
  static void measure(const Tile<T>& t, double* sums) {
    constexpr size_t terms = Body::sums;
    using Wide = Lanes<double>;
    Number<T> s[Body::scalars + 1], out[terms + 1];
    Number<double> sum[terms + 1];
    numbers<Body>(t.scalars[0], s);
    for (size_t k = 0; k < terms; ++k) sum[k] = Number<double>(0.0);
    each_vector<T>(t.count, [&](size_t i, hn::Mask<Lanes<T>> mask, bool whole) HWY_ATTR {
      if constexpr (Body::states == 0) hwy::Prefetch(t.from + i + ahead);
      Element<T> e = read(t, i, mask, whole);
      Body::measure(e, s, out);
      constexpr unsigned writes = Body::measure_writes;
      if constexpr ((writes & Body::writes_direction) != 0) store(e.u, t.to + i, mask, whole);
      for (size_t k = 0; k < Body::states; ++k)
        if ((writes & Body::writes_state(static_cast<unsigned>(k))) != 0)
          store(e.state[k], t.state[k] + i, mask, whole);
      for (size_t k = 0; k < terms; ++k) {
        const auto term = whole ? out[k].raw : hn::IfThenElseZero(mask, out[k].raw);
        sum[k].raw = hn::Add(sum[k].raw, widened(term));
      }
    });
    for (size_t k = 0; k < terms; ++k) sums[k] += hn::GetLane(hn::SumOfLanes(Wide(), sum[k].raw));
  }

  static void report(const Tile<T>& t) {
    Number<T> s[Body::scalars + 1];
    numbers<Body>(t.scalars[0], s);
    each_vector<T>(t.count, [&](size_t i, hn::Mask<Lanes<T>> mask, bool whole) HWY_ATTR {
      const Element<T> e = read(t, i, mask, whole);
      store(Body::report(e, s), t.to + i, mask, whole);
    });
  }

  static constexpr TransformKernels<T> kernels() {
    static_assert(Body::states <= most_transform_states && Body::sums <= most_transform_sums);
    return {Body::states,
            Body::scalars,
            Body::sums,
            (Body::update_writes & Body::writes_direction) != 0,
            (Body::measure_writes & Body::writes_direction) != 0,
            (Body::update_writes & Body::writes_point) != 0,
            Body::reports,
            update<T, Body>,
            measure,
            report};
  }
};

template <class T>
const TransformKernels<T>* all_kernels() {
  static constexpr TransformKernels<T> table[] = {
#define THALWEG_KERNELS(name) Run<name, T>::kernels(),
      THALWEG_TRANSFORM_BODIES(THALWEG_KERNELS)
#undef THALWEG_KERNELS
  };
  return table;
}

template <class Body>
constexpr TransformBody name_of = TransformBody::none;
#define THALWEG_NAME(name) \
  template <>              \
  constexpr TransformBody name_of<name> = TransformBody::name;
THALWEG_TRANSFORM_BODIES(THALWEG_NAME)
#undef THALWEG_NAME

template <class T, class... Bodies>
constexpr TransformSequence<T> sequence() {
  return {sizeof...(Bodies), {name_of<Bodies>...}, update<T, Bodies...>};
}

template <class T>
const TransformSequence<T>* all_sequences() {
  static constexpr TransformSequence<T> table[] = {
#define THALWEG_SEQUENCE(...) sequence<T, __VA_ARGS__>(),
      THALWEG_TRANSFORM_SEQUENCES(THALWEG_SEQUENCE)
#undef THALWEG_SEQUENCE
  };
  return table;
}

const TransformKernels<float>* float_kernels() { return all_kernels<float>(); }
const TransformKernels<double>* double_kernels() { return all_kernels<double>(); }
const TransformSequence<float>* float_sequences() { return all_sequences<float>(); }
const TransformSequence<double>* double_sequences() { return all_sequences<double>(); }

}  // namespace HWY_NAMESPACE
}  // namespace thalweg
HWY_AFTER_NAMESPACE();

#if HWY_ONCE

namespace thalweg {
namespace {

HWY_EXPORT(float_kernels);
HWY_EXPORT(double_kernels);
HWY_EXPORT(float_sequences);
HWY_EXPORT(double_sequences);

#define THALWEG_COUNT(...) +1
constexpr size_t sequences = THALWEG_TRANSFORM_SEQUENCES(THALWEG_COUNT);
#undef THALWEG_COUNT

}  // namespace

template <>
const TransformKernels<float>& transform_kernels(TransformBody body) {
  return HWY_DYNAMIC_DISPATCH(float_kernels)()[static_cast<size_t>(body)];
}
template <>
const TransformKernels<double>& transform_kernels(TransformBody body) {
  return HWY_DYNAMIC_DISPATCH(double_kernels)()[static_cast<size_t>(body)];
}
template <>
std::span<const TransformSequence<float>> transform_sequences() {
  return {HWY_DYNAMIC_DISPATCH(float_sequences)(), sequences};
}
template <>
std::span<const TransformSequence<double>> transform_sequences() {
  return {HWY_DYNAMIC_DISPATCH(double_sequences)(), sequences};
}

}  // namespace thalweg

#endif
