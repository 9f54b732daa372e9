#include "thalweg/kernel/reduction.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "tests/support/allocation.hpp"
#include "tests/support/stored.hpp"
#include "thalweg/base/parallel.hpp"

namespace thalweg {
namespace {

constexpr DType dtypes[] = {DType::float64, DType::float32, DType::bfloat16, DType::int32,
                            DType::boolean};

void check(DType dtype, TileReductionKind kind, const Shape& shape, const std::vector<size_t>& axes,
           Random& random) {
  SCOPED_TRACE(std::string(name_of(dtype)) + to_text(shape) + " over " + to_text(axes));
  Stored x = Stored::normal(dtype, element_count(shape), random);
  if (dtype == DType::int32)
    for (size_t i = 0; i < x.size(); ++i) x.put(i, std::floor(1000 * random.normal()));
  Shape kept;
  for (size_t axis = 0; axis < shape.size(); ++axis)
    if (std::find(axes.begin(), axes.end(), axis) == axes.end()) kept.push_back(shape[axis]);
  const size_t count = element_count(kept);
  const bool sums = kind == TileReductionKind::sum;
  std::vector<double> exact(count, sums ? 0 : -INFINITY), scale(count);
  for (size_t i = 0; i < x.size(); ++i) {
    size_t at = 0, step = 1, index = i;
    for (size_t axis = shape.size(); axis-- > 0;) {
      const size_t here = index % shape[axis];
      index /= shape[axis];
      if (std::find(axes.begin(), axes.end(), axis) != axes.end()) continue;
      at += here * step;
      step *= shape[axis];
    }
    exact[at] = sums ? exact[at] + x[i] : std::max(exact[at], x[i]);
    scale[at] += std::abs(x[i]);
  }
  Stored got(dtype, count);
  const Reduction reduction = Reduction::make(kind, dtype, shape, axes);
  Buffer<std::byte> scratch(reduction.scratch());
  reduction.run(x.data(), got.data(), scratch.data());
  for (size_t i = 0; i < count; ++i) {
    Stored end(dtype, 1);
    end.put(0, dtype == DType::boolean && x.size() == 0 ? 0 : exact[i]);
    if (sums && is_floating(dtype))
      ASSERT_NEAR(got[i], exact[i],
                  64 * (dtype == DType::float64 ? 0x1p-53 : 0x1p-24) * scale[i] +
                      1.5 * rounding(dtype) * std::abs(exact[i]))
          << i;
    else
      ASSERT_EQ(got[i], end[0]) << i;
  }
}

TEST(Reduction, OverAnyAxesAgreesWithLoops) {
  Random random(1, 1);
  for (int i = 0; i < 300; ++i) {
    Shape shape(random.below(5));
    for (size_t& extent : shape) extent = random.below(25) == 0 ? 0 : 1 + random.below(9);
    std::vector<size_t> axes;
    for (size_t axis = 0; axis < shape.size(); ++axis)
      if (random.below(2) == 0) axes.push_back(axis);
    check(dtypes[random.below(5)], static_cast<TileReductionKind>(random.below(2)), shape, axes,
          random);
    if (HasFatalFailure()) return;
  }
  for (const DType dtype : {DType::float32, DType::float64}) {
    check(dtype, TileReductionKind::sum, {16, 24, 14, 14}, {0, 2, 3}, random);
    check(dtype, TileReductionKind::sum, {500, 200}, {0}, random);
    check(dtype, TileReductionKind::sum, {500, 200}, {1}, random);
    check(dtype, TileReductionKind::sum, {70000}, {0}, random);
    check(dtype, TileReductionKind::maximum, {40, 50, 60}, {1}, random);
  }
}

TEST(Reduction, BitsDoNotDependOnThreads) {
  Random random(2, 1);
  const Shape shape = {20, 30, 50, 7};
  Stored x = Stored::normal(DType::float32, element_count(shape), random);
  const Reduction reduction =
      Reduction::make(TileReductionKind::sum, DType::float32, shape, {0, 2});
  Buffer<std::byte> scratch(reduction.scratch());
  Stored one(DType::float32, 210), three = one;
  set_threads(1);
  reduction.run(x.data(), one.data(), scratch.data());
  set_threads(3);
  const size_t before = allocations();
  reduction.run(x.data(), three.data(), scratch.data());
  EXPECT_EQ(allocations(), before);
  set_threads(0);
  EXPECT_EQ(std::memcmp(one.data(), three.data(), one.memory.size()), 0);
}

TEST(Reduction, KeepsNaN) {
  const float x[] = {1, NAN, 3, 4};
  float most = 0;
  const Reduction reduction = Reduction::make(TileReductionKind::maximum, DType::float32, {4}, {0});
  Buffer<std::byte> scratch(reduction.scratch());
  reduction.run(x, &most, scratch.data());
  EXPECT_TRUE(std::isnan(most));
}

}  // namespace
}  // namespace thalweg
