#include "thalweg/kernel/contraction/pooling.hpp"

#include <gtest/gtest.h>

#include "tests/support/stored.hpp"
#include "thalweg/base/error.hpp"
#include "thalweg/kernel/contraction/reorder.hpp"
#include "thalweg/kernel/pool.hpp"

namespace thalweg {
namespace {

Stored reordered(Stored& from, const MemoryFormat& from_format, const MemoryFormat& to) {
  Stored out(to.dtype(), to.bytes() / size_of(to.dtype()));
  Reorder reorder = Reorder::make(from_format, to);
  Buffer<std::byte> scratch(reorder.scratch());
  reorder.run(from.data(), out.data(), scratch.data());
  return out;
}

// Against the plain pooling kernels, which have loops of their own to answer to.
void check(PoolingKind kind, const PoolingDescription& like, Random& random) {
  PoolingDescription d = like;
  d.kind = kind;
  const MemoryFormat& format = d.x_format;
  const Shape& shape = format.shape();
  const DType dtype = format.dtype();
  const PoolSize size{shape[0] * shape[1], shape[2],         shape[3],         d.window[0],
                      d.window[1],         d.stride[0],      d.stride[1],      d.padding_low[0],
                      d.padding_high[0],   d.padding_low[1], d.padding_high[1]};
  const Shape out = {shape[0], shape[1], size.out_height(), size.out_width()};
  const MemoryFormat plain_x = MemoryFormat::plain(dtype, shape),
                     plain_y = MemoryFormat::plain(dtype, out);
  Stored x = Stored::normal(dtype, element_count(shape), random),
         dy = Stored::normal(dtype, element_count(out), random), y(dtype, dy.size()),
         dx(dtype, x.size());
  if (kind == PoolingKind::maximum) {
    std::vector<int32_t> indices(dy.size());
    max_pool_indices(dtype, size, x.data(), indices.data());
    pool_gather(dtype, size.planes, size.height * size.width, size.out_height() * size.out_width(),
                x.data(), indices.data(), y.data());
    pool_scatter(dtype, size.planes, size.height * size.width, size.out_height() * size.out_width(),
                 dy.data(), indices.data(), dx.data());
  } else {
    average_pool(dtype, size, x.data(), y.data());
    average_pool_transpose(dtype, size, dy.data(), dx.data());
  }
  Pooling forward = Pooling::make(d);
  d.backward = true;
  Pooling backward = Pooling::make(d);
  EXPECT_EQ(forward.workspace(), backward.workspace());
  EXPECT_EQ(forward.y_format(), backward.y_format());
  Buffer<std::byte> workspace(forward.workspace()),
      scratch(std::max(forward.scratch(), backward.scratch()));
  Stored x_in = reordered(x, plain_x, format), y_in(dtype, forward.y_format().elements()),
         dy_in = reordered(dy, plain_y, forward.y_format()), dx_in(dtype, format.elements());
  forward.run(x_in.data(), y_in.data(), workspace.data(), scratch.data());
  backward.run(dx_in.data(), dy_in.data(), workspace.data(), scratch.data());
  const Stored y_got = reordered(y_in, forward.y_format(), plain_y),
               dx_got = reordered(dx_in, format, plain_x);
  for (size_t i = 0; i < y.size(); ++i)
    ASSERT_NEAR(y_got[i], y[i], 4 * rounding(dtype) * 4) << "y " << i;
  for (size_t i = 0; i < dx.size(); ++i)
    ASSERT_NEAR(dx_got[i], dx[i], 8 * rounding(dtype) * 4) << "dx " << i;
}

TEST(Pooling, AgreesWithThePlainKernelsInEveryFormat) {
  Random random(1, 1);
  for (const DType dtype : {DType::float32, DType::bfloat16})
    for (const Shape& shape : {Shape{2, 16, 8, 8}, Shape{3, 5, 7, 9}})
      for (const bool last : {false, true})
        for (const PoolingKind kind : {PoolingKind::maximum, PoolingKind::average_with_padding}) {
          const MemoryFormat format =
              last ? MemoryFormat::channels_last(dtype, shape) : MemoryFormat::plain(dtype, shape);
          check(kind,
                {.window = {2, 2},
                 .stride = {2, 2},
                 .padding_low = {0, 0},
                 .padding_high = {0, 0},
                 .x_format = format},
                random);
          check(kind,
                {.window = {3, 2},
                 .stride = {2, 1},
                 .padding_low = {1, 0},
                 .padding_high = {1, 1},
                 .x_format = format},
                random);
          if (HasFatalFailure()) FAIL() << format.text() << " " << static_cast<int>(kind);
        }
}

TEST(Pooling, RefusesWhatDoesNotFitInOneLine) {
  const MemoryFormat format = MemoryFormat::plain(DType::float32, {1, 1, 4});
  EXPECT_THROW(Pooling::make({.window = {5},
                              .stride = {1},
                              .padding_low = {0},
                              .padding_high = {0},
                              .x_format = format}),
               Error);
  EXPECT_THROW(Pooling::make({.window = {2, 2},
                              .stride = {1, 1},
                              .padding_low = {0, 0},
                              .padding_high = {0, 0},
                              .x_format = format}),
               Error);
  EXPECT_THROW(Pooling::make({.window = {2},
                              .stride = {1},
                              .padding_low = {2},
                              .padding_high = {0},
                              .x_format = format}),
               Error);
}

}  // namespace
}  // namespace thalweg
