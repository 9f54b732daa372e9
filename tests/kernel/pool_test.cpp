#include "thalweg/kernel/pool.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "tests/support/stored.hpp"

namespace thalweg {
namespace {

constexpr PoolSize sizes[] = {
    {.planes = 6,
     .height = 8,
     .width = 8,
     .window_height = 2,
     .window_width = 2,
     .stride_height = 2,
     .stride_width = 2},
    {.planes = 3,
     .height = 7,
     .width = 9,
     .window_height = 3,
     .window_width = 2,
     .stride_height = 2,
     .stride_width = 1,
     .top = 1,
     .bottom = 2,
     .left = 1,
     .right = 0},
    {.planes = 5,
     .height = 1,
     .width = 11,
     .window_height = 1,
     .window_width = 4,
     .stride_height = 1,
     .stride_width = 3,
     .left = 3,
     .right = 2},
    {.planes = 0, .height = 3, .width = 3, .window_height = 3, .window_width = 3},
};

// Whether place (i, j) of the input is in window (p, q).
bool inside(const PoolSize& s, size_t p, size_t q, size_t i, size_t j) {
  const size_t r = i + s.top, c = j + s.left;
  return r >= p * s.stride_height && r < p * s.stride_height + s.window_height &&
         c >= q * s.stride_width && c < q * s.stride_width + s.window_width;
}

constexpr DType dtypes[] = {DType::float64, DType::float32, DType::bfloat16};

TEST(Pool, MaximaAreWhereLoopsFindThem) {
  Random random(1, 1);
  for (const DType dtype : dtypes)
    for (const PoolSize& s : sizes) {
      const size_t inputs = s.height * s.width, outputs = s.out_height() * s.out_width();
      Stored x(dtype, s.planes * inputs);
      // Of few values, so that there are ties.
      for (size_t i = 0; i < x.size(); ++i) x.put(i, static_cast<double>(random.below(5)) - 3);
      std::vector<int32_t> indices(s.planes * outputs);
      max_pool_indices(dtype, s, x.data(), indices.data());
      Stored y(dtype, indices.size()), dy = Stored::normal(dtype, indices.size(), random),
                                       dx = Stored::normal(dtype, x.size(), random),
                                       exact(dtype, x.size());
      pool_gather(dtype, s.planes, inputs, outputs, x.data(), indices.data(), y.data());
      pool_scatter(dtype, s.planes, inputs, outputs, dy.data(), indices.data(), dx.data());
      for (size_t k = 0; k < indices.size(); ++k) {
        const size_t plane = k / outputs, p = k % outputs / s.out_width(), q = k % s.out_width();
        int32_t best = -1;
        for (size_t at = 0; at < inputs; ++at)
          if (inside(s, p, q, at / s.width, at % s.width) &&
              (best < 0 || x[plane * inputs + at] > x[plane * inputs + static_cast<size_t>(best)]))
            best = static_cast<int32_t>(at);
        ASSERT_EQ(indices[k], best);
        const size_t at = plane * inputs + static_cast<size_t>(best);
        ASSERT_EQ(y[k], x[at]);
        exact.put(at, exact[at] + dy[k]);
      }
      for (size_t i = 0; i < x.size(); ++i) ASSERT_EQ(dx[i], exact[i]);
    }
}

TEST(Pool, TheFirstNaNIsTheMaximum) {
  const float x[] = {1, NAN, 9, NAN};
  int32_t index = 0;
  max_pool_indices(DType::float32, {.height = 2, .width = 2, .window_height = 2, .window_width = 2},
                   x, &index);
  EXPECT_EQ(index, 1);
}

TEST(Pool, AveragesCountThePaddingAndHaveTheirTranspose) {
  Random random(2, 1);
  for (const DType dtype : dtypes)
    for (const PoolSize& s : sizes) {
      const size_t inputs = s.height * s.width, outputs = s.out_height() * s.out_width();
      Stored x = Stored::normal(dtype, s.planes * inputs, random),
             dy = Stored::normal(dtype, s.planes * outputs, random), y(dtype, dy.size()),
             dx(dtype, x.size());
      average_pool(dtype, s, x.data(), y.data());
      average_pool_transpose(dtype, s, dy.data(), dx.data());
      std::vector<double> exact(y.size()), transposed(x.size());
      const double points = static_cast<double>(s.window_height * s.window_width);
      for (size_t k = 0; k < y.size(); ++k)
        for (size_t at = 0; at < inputs; ++at) {
          if (!inside(s, k % outputs / s.out_width(), k % s.out_width(), at / s.width,
                      at % s.width))
            continue;
          exact[k] += x[k / outputs * inputs + at] / points;
          transposed[k / outputs * inputs + at] += dy[k] / points;
        }
      for (size_t k = 0; k < y.size(); ++k) ASSERT_NEAR(y[k], exact[k], 8 * rounding(dtype));
      for (size_t i = 0; i < x.size(); ++i) ASSERT_NEAR(dx[i], transposed[i], 16 * rounding(dtype));
    }
}

}  // namespace
}  // namespace thalweg
