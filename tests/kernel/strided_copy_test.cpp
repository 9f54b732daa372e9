#include "thalweg/kernel/strided_copy.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <numeric>
#include <stdexcept>

#include "tests/support/allocation.hpp"
#include "thalweg/base/parallel.hpp"
#include "thalweg/base/random.hpp"

namespace thalweg {
namespace {

constexpr DType dtypes[] = {DType::float64, DType::float32, DType::bfloat16, DType::int32,
                            DType::boolean};

std::ptrdiff_t place(const StridedView& view, const Shape& shape, size_t index) {
  std::ptrdiff_t at = view.offset;
  for (size_t axis = shape.size(); axis-- > 0;) {
    at += static_cast<std::ptrdiff_t>(index % shape[axis]) * view.strides[axis];
    index /= shape[axis];
  }
  return at;
}

// Bytes of `items` elements of which no two neighbors are alike.
std::vector<std::byte> pattern(DType dtype, size_t items) {
  std::vector<std::byte> out(items * size_of(dtype));
  for (size_t i = 0; i < out.size(); ++i) out[i] = static_cast<std::byte>(i * 131 + i / 251);
  return out;
}

void check(const Shape& shape, const StridedView& from, size_t from_size, const StridedView& to,
           size_t to_size) {
  for (const DType dtype : dtypes) {
    SCOPED_TRACE(to_text(shape) + std::string(name_of(dtype)));
    const size_t item = size_of(dtype);
    const std::vector<std::byte> source = pattern(dtype, from_size);
    std::vector<std::byte> expected(to_size * item, std::byte{9}), got = expected;
    for (size_t i = 0; i < element_count(shape); ++i)
      std::memcpy(expected.data() + place(to, shape, i) * static_cast<std::ptrdiff_t>(item),
                  source.data() + place(from, shape, i) * static_cast<std::ptrdiff_t>(item), item);
    const StridedCopy copy = StridedCopy::make(dtype, shape, from, to);
    const size_t before = allocations();
    copy.run(source.data(), got.data());
    EXPECT_EQ(allocations(), before);
    EXPECT_EQ(got, expected);
  }
}

Shape random_shape(Random& random, size_t most) {
  Shape out(random.below(5));
  for (size_t& extent : out) extent = random.below(20) == 0 ? 0 : 1 + random.below(most);
  return out;
}

TEST(StridedCopy, TransposesAsLoopsDo) {
  Random random(1, 1);
  for (int i = 0; i < 60; ++i) {
    const Shape shape = random_shape(random, 12);
    std::vector<size_t> order(shape.size());
    std::iota(order.begin(), order.end(), size_t{0});
    for (size_t axis = order.size(); axis > 1; --axis)
      std::swap(order[axis - 1], order[random.below(axis)]);
    Shape out;
    for (const size_t axis : order) out.push_back(shape[axis]);
    const size_t count = element_count(shape);
    check(out, transpose_view(shape, order), count, dense_view(out), count);
  }
  check({300, 200}, transpose_view({200, 300}, {1, 0}), 60000, dense_view({300, 200}), 60000);
  check({5, 130, 70}, transpose_view({5, 70, 130}, {0, 2, 1}), 45500, dense_view({5, 130, 70}),
        45500);
}

TEST(StridedCopy, SlicesReversesBroadcastsAndPads) {
  Random random(2, 1);
  for (int i = 0; i < 60; ++i) {
    const Shape shape = random_shape(random, 9);
    std::vector<size_t> start, step, reversed;
    Shape part;
    Shape thin = shape;
    for (size_t axis = 0; axis < shape.size(); ++axis) {
      start.push_back(shape[axis] == 0 ? 0 : random.below(shape[axis]));
      step.push_back(1 + random.below(3));
      part.push_back(shape[axis] == 0 ? 0
                                      : (shape[axis] - start[axis] + step[axis] - 1) / step[axis]);
      if (random.below(2) == 0) reversed.push_back(axis);
      if (random.below(2) == 0 && shape[axis] > 0) thin[axis] = 1;
    }
    const size_t count = element_count(shape), few = element_count(part);
    check(part, slice_view(shape, start, step), count, dense_view(part), few);
    // The other way: into a padded tensor.
    check(part, dense_view(part), few, slice_view(shape, start, step), count);
    check(shape, reverse_view(shape, reversed), count, dense_view(shape), count);
    check(shape, broadcast_view(thin, shape), element_count(thin), dense_view(shape), count);
  }
  check({300, 500}, broadcast_view({500}, {300, 500}), 500, dense_view({300, 500}), 150000);
  check({300, 500}, broadcast_view({300, 1}, {300, 500}), 300, dense_view({300, 500}), 150000);
}

TEST(StridedCopy, RejectsViewsThatDoNotFit) {
  EXPECT_THROW(StridedCopy::make(DType::float32, {2, 3}, {0, {1}}, dense_view({2, 3})),
               std::logic_error);
  EXPECT_THROW(broadcast_view({2}, {3}), std::logic_error);
}

TEST(StridedCopy, FillsWithZeros) {
  std::vector<float> x(100000, 1);
  fill_zero(DType::float32, 99999, x.data());
  EXPECT_EQ(std::count(x.begin(), x.end(), 0.0f), 99999);
  EXPECT_EQ(x.back(), 1);
}

}  // namespace
}  // namespace thalweg
