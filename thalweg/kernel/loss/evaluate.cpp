#include "thalweg/kernel/loss/evaluate.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <stdexcept>
#include <vector>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "thalweg/kernel/loss/evaluate.cpp"
#include "hwy/foreach_target.h"
#include "thalweg/kernel/lanes-inl.hpp"

HWY_BEFORE_NAMESPACE();
namespace thalweg {
namespace HWY_NAMESPACE {

#include "thalweg/kernel/loss/bodies-inl.hpp"

// Compensated sums, one a lane.
struct LaneSums {
  Lanes value = Lanes(0.0), error = Lanes(0.0);

  HWY_INLINE void add(Lanes x) {
    const Lanes sum = value + x, part = sum - value;
    error = error + ((value - (sum - part)) + (x - part));
    value = sum;
  }
  HWY_INLINE void add_to(CompensatedSum& out) const {
    HWY_ALIGN double values[HWY_LANES(double)], errors[HWY_LANES(double)];
    hn::Store(value.raw, Tag(), values);
    hn::Store(error.raw, Tag(), errors);
    for (size_t lane = 0; lane < hn::Lanes(Tag()); ++lane)
      out.add(CompensatedSum{values[lane], errors[lane]});
  }
};

// Calls step(at) for vectors of rows; the last of them, where it is not whole, on copies that
// repeat the last row with weight 0.
struct Rows {
  size_t rows, outputs;
  const double *y, *s;
  double *z, *curvature;
};

HWY_INLINE Lanes load(const double* from) { return Lanes(hn::LoadU(Tag(), from)); }
HWY_INLINE void store(Lanes x, double* to) { hn::StoreU(x.raw, Tag(), to); }
HWY_INLINE Lanes weighted(Lanes s, Lanes x) { return select(s == Lanes(0.0), s, s * x); }

// One vector of rows of a scalar loss.
struct OneOutput {
  template <class Body>
  static HWY_INLINE Lanes step(const Body& body, const Rows& at, Lanes s) {
    const Evaluation<Lanes> f = body.at(load(at.z), load(at.y));
    store(weighted(s, f.derivative), at.z);
    if (at.curvature != nullptr) store(f.curvature, at.curvature);
    return weighted(s, f.value);
  }
};

// One vector of rows of softmax: z_k of the rows lies at z[k * rows].
struct Softmax {
  static HWY_INLINE Lanes step(const Rows& at, size_t stride, Lanes s) {
    const Lanes y = load(at.y);
    Lanes top = load(at.z), peak = Lanes(0.0), own = top;
    for (size_t k = 1; k < at.outputs; ++k) {
      const Lanes z = load(at.z + k * stride), index = Lanes(static_cast<double>(k));
      // A NaN passes on: it is larger than nothing, and nothing is larger.
      const auto higher = z > top;
      top = select(higher, z, top);
      peak = select(higher, index, peak);
      own = select(y == index, z, own);
    }
    Lanes others = Lanes(0.0);  // of exp(z_k - top), without the peak's 1
    for (size_t k = 0; k < at.outputs; ++k) {
      const Lanes e = exp(load(at.z + k * stride) - top);
      store(e, at.z + k * stride);
      others = others + select(peak == Lanes(static_cast<double>(k)), e - e, e);
    }
    const Lanes value = (top - own) + log1p(others);
    const Lanes sum = Lanes(1.0) + others;
    Lanes wrong = Lanes(0.0);
    for (size_t k = 0; k < at.outputs; ++k) {
      const Lanes p = load(at.z + k * stride) / sum;
      if (at.curvature != nullptr) store(p, at.curvature + k * stride);
      store(weighted(s, p), at.z + k * stride);
      wrong = wrong + select(y == Lanes(static_cast<double>(k)), Lanes(0.0), p);
    }
    // f' of the row's own class is p - 1, from the others: it keeps its digits near 0.
    for (size_t k = 0; k < at.outputs; ++k) {
      const auto mine = y == Lanes(static_cast<double>(k));
      store(select(mine, weighted(s, -wrong), load(at.z + k * stride)), at.z + k * stride);
    }
    return weighted(s, value);
  }
};

template <class Step>
CompensatedSum each_vector(const Rows& all, const Step& step) {
  const size_t lanes = hn::Lanes(Tag());
  LaneSums sums;
  CompensatedSum out;
  size_t i = 0;
  for (; i + lanes <= all.rows; i += lanes) {
    const Rows at = {all.rows, all.outputs, all.y + i,
                     nullptr,  all.z + i,   all.curvature == nullptr ? nullptr : all.curvature + i};
    sums.add(step(at, all.rows, all.s == nullptr ? Lanes(1.0) : load(all.s + i)));
  }
  sums.add_to(out);
  if (i == all.rows) return out;
  const size_t rest = all.rows - i;
  constexpr size_t width = HWY_LANES(double);
  double y[width], s[width] = {};
  std::vector<double> z(width * all.outputs), curvature(width * all.outputs);
  for (size_t lane = 0; lane < lanes; ++lane) {
    const size_t from = i + std::min(lane, rest - 1);
    y[lane] = all.y[from];
    if (lane < rest) s[lane] = all.s == nullptr ? 1 : all.s[from];
    for (size_t k = 0; k < all.outputs; ++k) z[k * width + lane] = all.z[k * all.rows + from];
  }
  const Rows at = {width, all.outputs, y,
                   s,     z.data(),    all.curvature == nullptr ? nullptr : curvature.data()};
  LaneSums last;
  last.add(step(at, width, load(s)));
  last.add_to(out);
  for (size_t lane = 0; lane < rest; ++lane)
    for (size_t k = 0; k < all.outputs; ++k) {
      all.z[k * all.rows + i + lane] = z[k * width + lane];
      if (all.curvature != nullptr)
        all.curvature[k * all.rows + i + lane] = curvature[k * width + lane];
    }
  return out;
}

CompensatedSum evaluate_rows(const Loss& loss, const Rows& all) {
  if (loss.kind == LossKind::softmax)
    return each_vector(all, [](const Rows& at, size_t stride, Lanes s)
                                HWY_ATTR { return Softmax::step(at, stride, s); });
  return visit(loss, [&](const auto& body) HWY_ATTR {
    return each_vector(all, [&](const Rows& at, size_t, Lanes s)
                                HWY_ATTR { return OneOutput::step(body, at, s); });
  });
}

CompensatedSum evaluate_block(const Loss& loss, size_t rows, size_t outputs, const double* y,
                              const double* s, double* z, double* curvature) {
  return evaluate_rows(loss, {rows, outputs, y, s, z, curvature});
}

}  // namespace HWY_NAMESPACE
}  // namespace thalweg
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace thalweg {

HWY_EXPORT(evaluate_block);

CompensatedSum evaluate(const Loss& loss, size_t rows, size_t outputs, const double* y,
                        const double* s, double* z, double* curvature) {
  return HWY_DYNAMIC_DISPATCH(evaluate_block)(loss, rows, outputs, y, s, z, curvature);
}

}  // namespace thalweg
#endif
