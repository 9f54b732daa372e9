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

// Of few streams the hardware fetches too little ahead: SGD 1.7 ms instead of 2.1 on 10 million.
constexpr size_t ahead = 1024;

template <class Body, class T>
struct Run {
  static HWY_INLINE void numbers(const Tile<T>& t, Number<T>* s) {
    for (size_t k = 0; k < Body::scalars; ++k) s[k] = Number<T>(t.scalars[k]);
  }
  static HWY_INLINE Element<T> read(const Tile<T>& t, size_t i, hn::Mask<Lanes<T>> mask,
                                    bool whole) {
    Element<T> e;
    if constexpr (Body::states == 0) hwy::Prefetch(t.from + i + ahead);
    e.u = load(t.from + i, mask, whole);
    e.x = load(t.x + i, mask, whole);
    for (size_t k = 0; k < Body::states; ++k) e.state[k] = load(t.state[k] + i, mask, whole);
    return e;
  }
  template <unsigned kWrites>
  static HWY_INLINE void write(const Element<T>& e, const Tile<T>& t, size_t i,
                               hn::Mask<Lanes<T>> mask, bool whole) {
    if constexpr ((kWrites & Body::writes_direction) != 0) store(e.u, t.to + i, mask, whole);
    if constexpr ((kWrites & Body::writes_point) != 0) store(e.x, t.x + i, mask, whole);
    for (size_t k = 0; k < Body::states; ++k)
      if ((kWrites & Body::writes_state(static_cast<unsigned>(k))) != 0)
        store(e.state[k], t.state[k] + i, mask, whole);
  }

  static void update(const Tile<T>& t) {
    Number<T> s[Body::scalars + 1];
    numbers(t, s);
    each_vector<T>(t.count, [&](size_t i, hn::Mask<Lanes<T>> mask, bool whole) HWY_ATTR {
      Element<T> e = read(t, i, mask, whole);
      Body::update(e, s);
      write<Body::update_writes>(e, t, i, mask, whole);
    });
  }

  // Sums in double, in one fixed order.
  static void measure(const Tile<T>& t, double* sums) {
    constexpr size_t terms = Body::sums;
    using Wide = Lanes<double>;
    Number<T> s[Body::scalars + 1], out[terms + 1];
    Number<double> sum[terms + 1];
    numbers(t, s);
    for (size_t k = 0; k < terms; ++k) sum[k] = Number<double>(0.0);
    each_vector<T>(t.count, [&](size_t i, hn::Mask<Lanes<T>> mask, bool whole) HWY_ATTR {
      Element<T> e = read(t, i, mask, whole);
      Body::measure(e, s, out);
      write<Body::measure_writes>(e, t, i, mask, whole);
      for (size_t k = 0; k < terms; ++k) {
        const auto term = whole ? out[k].raw : hn::IfThenElseZero(mask, out[k].raw);
        sum[k].raw = hn::Add(sum[k].raw, widened(term));
      }
    });
    for (size_t k = 0; k < terms; ++k) sums[k] += hn::GetLane(hn::SumOfLanes(Wide(), sum[k].raw));
  }

  static void report(const Tile<T>& t) {
    Number<T> s[Body::scalars + 1];
    numbers(t, s);
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
            update,
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

const TransformKernels<float>* float_kernels() { return all_kernels<float>(); }
const TransformKernels<double>* double_kernels() { return all_kernels<double>(); }

}  // namespace HWY_NAMESPACE
}  // namespace thalweg
HWY_AFTER_NAMESPACE();

#if HWY_ONCE

namespace thalweg {
namespace {

HWY_EXPORT(float_kernels);
HWY_EXPORT(double_kernels);

}  // namespace

template <>
const TransformKernels<float>& transform_kernels(TransformBody body) {
  return HWY_DYNAMIC_DISPATCH(float_kernels)()[static_cast<size_t>(body)];
}
template <>
const TransformKernels<double>& transform_kernels(TransformBody body) {
  return HWY_DYNAMIC_DISPATCH(double_kernels)()[static_cast<size_t>(body)];
}

}  // namespace thalweg

#endif
