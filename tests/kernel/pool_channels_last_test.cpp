#include "thalweg/kernel/pool_channels_last.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "tests/support/stored.hpp"
#include "tests/support/target.hpp"

namespace thalweg {
namespace {

constexpr PoolSize sizes[] = {
    {.height = 8,
     .width = 6,
     .window_height = 2,
     .window_width = 2,
     .stride_height = 2,
     .stride_width = 2},
    {.height = 7,
     .width = 9,
     .window_height = 3,
     .window_width = 2,
     .stride_height = 2,
     .stride_width = 1,
     .top = 1,
     .bottom = 2,
     .left = 1},
    // Not every place is in a window.
    {.height = 7,
     .width = 8,
     .window_height = 2,
     .window_width = 2,
     .stride_height = 2,
     .stride_width = 3},
    {.height = 5,
     .width = 5,
     .window_height = 3,
     .window_width = 3,
     .stride_height = 3,
     .stride_width = 3,
     .top = 1,
     .bottom = 0,
     .left = 1,
     .right = 0},
    {.height = 1, .width = 11, .window_width = 4, .stride_width = 3, .left = 3, .right = 2},
};
constexpr size_t batch = 3;
// Vectors of 4, 8 and 16 with what is left over.
constexpr size_t channel_counts[] = {1, 3, 8, 21, 37};

bool overlapping(const PoolSize& s) {
  return s.stride_height < s.window_height || s.stride_width < s.window_width;
}

// Numbers [batch, outer, inner] to [batch, inner, outer].
Stored turned(const Stored& x, size_t outer, size_t inner) {
  Stored out(x.dtype, x.size());
  for (size_t b = 0; b < batch; ++b)
    for (size_t i = 0; i < outer; ++i)
      for (size_t j = 0; j < inner; ++j)
        out.put((b * inner + j) * outer + i, x[(b * outer + i) * inner + j]);
  return out;
}

struct Case {
  DType dtype;
  PoolSize size;
  size_t channels, inputs, outputs;

  PoolSize plain() const {
    PoolSize out = size;
    out.planes = batch * channels;
    return out;
  }
  PoolSize last() const {
    PoolSize out = size;
    out.planes = batch;
    return out;
  }
  size_t x_count() const { return batch * channels * inputs; }
  size_t y_count() const { return batch * channels * outputs; }
};

template <class Body>
void each_case(const Body& body) {
  for (const DType dtype : {DType::float32, DType::bfloat16})
    for (const PoolSize& size : sizes)
      for (const size_t channels : channel_counts) {
        const Case c{dtype, size, channels, size.height * size.width,
                     size.out_height() * size.out_width()};
        each_target([&] { body(c); });
      }
}

void expect_equal(const Stored& found, const Stored& expected, double tolerance = 0) {
  for (size_t i = 0; i < expected.size(); ++i) {
    if (std::isnan(expected[i])) {
      ASSERT_TRUE(std::isnan(found[i])) << i;
      continue;
    }
    if (found[i] == expected[i]) continue;
    ASSERT_NEAR(found[i], expected[i], tolerance) << i;
  }
}

// The indices of the plain kernel, for the same numbers.
struct Places {
  Stored plain, last;
};
Places places_of(const Case& c, const Stored& x) {
  Stored plain(DType::int32, c.y_count());
  max_pool_indices(c.dtype, c.plain(), x.data(), static_cast<int32_t*>(plain.data()));
  return {plain, turned(plain, c.channels, c.outputs)};
}
int32_t* ints(Stored& x) { return static_cast<int32_t*>(x.data()); }

// Of few values, so that there are ties, with some NaN and infinities.
Stored rough(const Case& c, Random& random) {
  Stored x(c.dtype, c.x_count());
  for (size_t i = 0; i < x.size(); ++i) {
    const auto kind = random.below(40);
    x.put(i, kind == 0   ? NAN
             : kind == 1 ? -INFINITY
             : kind == 2 ? INFINITY
                         : static_cast<double>(random.below(5)) - 3);
  }
  return x;
}

TEST(PoolChannelsLast, MaximaAreThoseOfPlainMemory) {
  Random random(1, 1);
  each_case([&](const Case& c) {
    const Stored x = rough(c, random);
    Places places = places_of(c, x);
    Stored y(c.dtype, c.y_count());
    pool_gather(c.dtype, batch * c.channels, c.inputs, c.outputs, x.data(), ints(places.plain),
                y.data());
    const Stored expected = turned(y, c.channels, c.outputs);
    const Stored moved = turned(x, c.channels, c.inputs);
    Stored indices(DType::int32, c.y_count()), found(c.dtype, c.y_count());
    max_pool_channels_last(c.dtype, c.last(), c.channels, moved.data(), ints(indices),
                           found.data());
    expect_equal(indices, places.last);
    expect_equal(found, expected);
    Stored alone(DType::int32, c.y_count()), gathered(c.dtype, c.y_count());
    max_pool_channels_last(c.dtype, c.last(), c.channels, moved.data(), ints(alone), nullptr);
    expect_equal(alone, places.last);
    pool_gather_channels_last(c.dtype, batch, c.inputs, c.outputs, c.channels, moved.data(),
                              ints(indices), gathered.data());
    expect_equal(gathered, expected);
  });
}

TEST(PoolChannelsLast, ScattersAsPlainMemory) {
  Random random(2, 1);
  each_case([&](const Case& c) {
    const Stored x = rough(c, random), dy = Stored::normal(c.dtype, c.y_count(), random);
    Places places = places_of(c, x);
    Stored dx(c.dtype, c.x_count());
    pool_scatter(c.dtype, batch * c.channels, c.inputs, c.outputs, dy.data(), ints(places.plain),
                 dx.data());
    const Stored expected = turned(dx, c.channels, c.inputs);
    const Stored moved = turned(dy, c.channels, c.outputs);
    Stored found = Stored::normal(c.dtype, c.x_count(), random);
    pool_scatter_channels_last(c.dtype, batch, c.inputs, c.outputs, c.channels, moved.data(),
                               ints(places.last), found.data());
    expect_equal(found, expected);
    if (overlapping(c.size)) return;
    found = Stored::normal(c.dtype, c.x_count(), random);
    max_pool_transpose_channels_last(c.dtype, c.last(), c.channels, moved.data(), ints(places.last),
                                     found.data());
    expect_equal(found, expected);
  });
}

TEST(PoolChannelsLast, AveragesAsPlainMemory) {
  Random random(3, 1);
  each_case([&](const Case& c) {
    const Stored x = Stored::normal(c.dtype, c.x_count(), random),
                 dy = Stored::normal(c.dtype, c.y_count(), random);
    Stored y(c.dtype, c.y_count()), dx(c.dtype, c.x_count());
    average_pool(c.dtype, c.plain(), x.data(), y.data());
    average_pool_transpose(c.dtype, c.plain(), dy.data(), dx.data());
    Stored found(c.dtype, c.y_count());
    const double tolerance = 8 * rounding(c.dtype);
    average_pool_channels_last(c.dtype, c.last(), c.channels,
                               turned(x, c.channels, c.inputs).data(), found.data());
    expect_equal(found, turned(y, c.channels, c.outputs), tolerance);
    Stored back = Stored::normal(c.dtype, c.x_count(), random);
    average_pool_transpose_channels_last(c.dtype, c.last(), c.channels,
                                         turned(dy, c.channels, c.outputs).data(), back.data());
    expect_equal(back, turned(dx, c.channels, c.inputs), 4 * tolerance);
  });
}

TEST(PoolChannelsLast, NothingIsPooledOfNothing) {
  max_pool_channels_last(DType::float32, {.planes = 0, .height = 2, .width = 2}, 3, nullptr,
                         nullptr, nullptr);
  average_pool_transpose_channels_last(DType::bfloat16, {.planes = 0, .height = 2, .width = 2}, 3,
                                       nullptr, nullptr);
}

}  // namespace
}  // namespace thalweg
