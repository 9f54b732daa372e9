#include "thalweg/graph/shape_rule.hpp"

#include <gtest/gtest.h>

#include "tests/support/error_of.hpp"
#include "thalweg/graph/symbol.hpp"

namespace thalweg {
namespace {

class ShapeRule : public testing::Test {
 protected:
  Symbol of(Shape shape, DType dtype = DType::float32) {
    return graph.input(fmt::format("x{}", graph.size()), dtype, std::move(shape));
  }
  Graph graph;
};

TEST_F(ShapeRule, Elementwise) {
  EXPECT_EQ(
      error_of([&] {
        of({2, 3}) + of({4});
      }),
      "add: found shapes [2, 3] and [4]; expected extents that are equal or 1, aligned at the "
      "right");
  EXPECT_EQ(error_of([&] { of({2}) + of({2}, DType::float64); }),
            "add: found float32[2], float64[2]; expected inputs of one dtype; convert with cast");
  EXPECT_EQ(error_of([&] { exp(of({2}, DType::int32)); }),
            "exp: found int32[2]; expected floating numbers; convert with cast");
  EXPECT_EQ(error_of([&] { of({2}, DType::int32) / of({2}, DType::int32); }),
            "divide: found int32[2], int32[2]; expected floating numbers; convert with cast");
  EXPECT_EQ(error_of([&] { negate(of({2}, DType::boolean)); }),
            "negate: found boolean[2]; expected numbers; convert booleans with cast");
  EXPECT_EQ(error_of([&] { logical_not(of({2})); }),
            "logical_not: found float32[2]; expected booleans");
  EXPECT_EQ(error_of([&] { select(of({2}), 1, of({2})); }),
            "select: found float32[2], float32[2], float32[2]; expected a boolean condition");
  EXPECT_EQ(less(of({2, 1}), of({3})).dtype(), DType::boolean);
  EXPECT_EQ(less(of({2, 1}), of({3})).shape(), (Shape{2, 3}));
  // Without the functions that repeat.
  EXPECT_EQ(error_of([&] {
              graph.record({Operation::add, {of({2}).id(), of({3}).id()}, {}});
            }),
            "add: found float32[2], float32[3]; expected inputs of one shape");
}

TEST_F(ShapeRule, Leaves) {
  EXPECT_EQ(error_of([&] { graph.input("", DType::float32, {2}); }),
            "input: found float32[2]; expected an input with a name");
  EXPECT_EQ(error_of([&] {
              graph.constant({1, 2}, DType::float32, {3});
            }),
            "constant: found float32[3]; expected a value for each element");
  EXPECT_EQ(error_of([&] { graph.iota(DType::int32, {3}, 1); }),
            "iota: found int32[3]; expected one axis of the shape");
  EXPECT_NE(error_of([&] { of({size_t{1} << 40, size_t{1} << 40}); }), "");
}

TEST_F(ShapeRule, Reductions) {
  EXPECT_EQ(reduce_sum(of({2, 3, 4}), {0, -1}).shape(), (Shape{3}));
  EXPECT_EQ(argmax(of({2, 3}), 0).dtype(), DType::int32);
  EXPECT_EQ(error_of([&] {
              reduce_sum(of({2, 3}), {2});
            }),
            "reduce_sum: found axis 2 of [2, 3]; expected one in [-2, 1]");
  EXPECT_EQ(error_of([&] {
              reduce_sum(of({2, 3}), {1, -1});
            }),
            "reduce_sum: found float32[2, 3]; expected axes that exist, each once");
  EXPECT_EQ(error_of([&] {
              reduce_max(of({2, 0}), {1});
            }),
            "reduce_max: found float32[2, 0]; expected at least one element along the axes");
  EXPECT_EQ(reduce_max(of({2, 0}), {0}).shape(), (Shape{0}));
}

TEST_F(ShapeRule, Movement) {
  EXPECT_EQ(error_of([&] {
              reshape(of({2, 3}), {4});
            }),
            "reshape: found float32[2, 3] to [4]; expected a shape of 6 elements");
  EXPECT_EQ(error_of([&] {
              transpose(of({2, 3}), {1, 1});
            }),
            "transpose: found float32[2, 3]; expected a permutation of the axes");
  EXPECT_EQ(error_of([&] {
              broadcast_to(of({2, 3}), {2, 4});
            }),
            "broadcast_to: found float32[2, 3] to [2, 4]; expected extents that are 1 or equal, "
            "aligned at the right");
  EXPECT_EQ(error_of([&] { slice(of({5}), {1}, {6}); }),
            "slice: found float32[5]; expected start <= stop <= extent and stride >= 1");
  EXPECT_EQ(error_of([&] {
              slice(of({5}), {1}, {3, 4});
            }),
            "slice: found float32[5]; expected start, stop and stride for each axis");
  EXPECT_EQ(slice(of({7}), {1}, {7}, {3}).shape(), (Shape{2}));
  EXPECT_EQ(pad(of({3}), {1}, {2}, {1}).shape(), (Shape{8}));
  EXPECT_EQ(pad(of({0}), {1}, {2}, {1}).shape(), (Shape{3}));
  EXPECT_EQ(error_of([&] {
              pad(of({3}), {1, 2}, {0});
            }),
            "pad: found float32[3]; expected low, high and interior for each axis");
  EXPECT_EQ(error_of([&] { pad(of({3}), {SIZE_MAX}, {0}); }),
            "pad: found float32[3]; expected numbers below 2^31");
  EXPECT_EQ(
      error_of([&] {
        concatenate(std::vector{of({2, 3}), of({2, 2})}, 0);
      }),
      "concatenate: found float32[2, 3], float32[2, 2]; expected inputs that differ along axis "
      "0 only");
  EXPECT_EQ(error_of([&] { concatenate({}, 0); }),
            "concatenate: found no inputs; expected at least one");
}

TEST_F(ShapeRule, Rows) {
  const Symbol indices = of({2, 5}, DType::int32);
  EXPECT_EQ(gather(of({9, 3}), indices).shape(), (Shape{2, 5, 3}));
  EXPECT_EQ(scatter_add(of({2, 5, 3}), indices, 9).shape(), (Shape{9, 3}));
  EXPECT_EQ(error_of([&] {
              gather(of({9, 3}), of({2}));
            }),
            "gather: found float32[9, 3], float32[2]; expected indices of dtype int32");
  EXPECT_EQ(error_of([&] {
              scatter_add(of({2, 4, 3}), indices, 9);
            }),
            "scatter_add: found float32[2, 4, 3], int32[2, 5] to [9, 3]; expected updates of shape "
            "[2, 5, 3]");
}

TEST_F(ShapeRule, Matmul) {
  EXPECT_EQ(matmul(of({4, 3}), of({3, 5})).shape(), (Shape{4, 5}));
  EXPECT_EQ(matmul(of({3, 4}), of({5, 3}), Transposed::yes, Transposed::yes).shape(),
            (Shape{4, 5}));
  EXPECT_EQ(
      error_of([&] {
        matmul(of({4, 3}), of({5, 2}));
      }),
      "matmul: found float32[4, 3], float32[5, 2]; expected equal inner sizes, 3 for the second");
  EXPECT_EQ(
      error_of([&] {
        matmul(of({2, 4, 3}), of({3, 3, 2}));
      }),
      "matmul: found float32[2, 4, 3], float32[3, 3, 2]; expected matrices with equal leading "
      "axes");
  EXPECT_EQ(error_of([&] {
              matmul(of({3}), of({3, 2}));
            }),
            "matmul: found float32[3], float32[3, 2]; expected matrices with equal leading axes");
}

TEST_F(ShapeRule, Convolution) {
  const Symbol x = of({2, 4, 8, 9});
  EXPECT_EQ(convolution(x, of({6, 4, 3, 3}), Window::uniform(2, 2, 1)).shape(),
            (Shape{2, 6, 4, 5}));
  EXPECT_EQ(error_of([&] {
              convolution(x, of({6, 3, 3, 3}), Window::uniform(2, 1));
            }),
            "convolution: found float32[2, 4, 8, 9], float32[6, 3, 3, 3]; expected w of [1 * n, "
            "channels / 1, window...] for 1 groups");
  EXPECT_EQ(
      error_of([&] {
        convolution(x, of({6, 4, 9, 3}), Window::uniform(2, 1));
      }),
      "convolution: found float32[2, 4, 8, 9], float32[6, 4, 9, 3]; expected a window no larger "
      "than the padded input");
  EXPECT_EQ(error_of([&] {
              convolution(x, of({6, 4, 3, 3}), Window::uniform(1, 1));
            }),
            "convolution: found float32[2, 4, 8, 9], float32[6, 4, 3, 3]; expected window, stride, "
            "padding and dilation with a number for each spatial axis");
  EXPECT_EQ(error_of([&] {
              convolution(x, of({6, 4, 3, 3}), Window::uniform(2, 0));
            }),
            "convolution: found float32[2, 4, 8, 9], float32[6, 4, 3, 3]; expected window, stride, "
            "dilation of at least 1");
  EXPECT_EQ(
      error_of([&] {
        convolution_input_gradient(of({2, 6, 4, 4}), of({6, 4, 3, 3}), Window::uniform(2, 2, 1),
                                   x.shape());
      }),
      "convolution_input_gradient: found float32[2, 6, 4, 4], float32[6, 4, 3, 3] to [2, 4, 8, "
      "9]; expected the gradient of an output of shape [2, 6, 4, 5]");
  EXPECT_EQ(
      error_of([&] {
        convolution(of({2, 4}), of({2, 4}), Window::uniform(0, 1));
      }),
      "convolution: found float32[2, 4], float32[2, 4]; expected x and w of equal rank, 3 or 4");
}

TEST_F(ShapeRule, Pooling) {
  const Symbol x = of({2, 4, 8});
  EXPECT_EQ(max_pool_indices(x, {3}, Window::uniform(1, 2)).dtype(), DType::int32);
  EXPECT_EQ(average_pool(x, {3}, Window::uniform(1, 2)).shape(), (Shape{2, 4, 3}));
  EXPECT_EQ(error_of([&] { average_pool(x, {2}, Window::uniform(1, 2, 2)); }),
            "average_pool: found float32[2, 4, 8]; expected each window to hold an element: less "
            "padding than window");
  EXPECT_EQ(error_of([&] { average_pool(x, {2}, Window::uniform(1, 2, 0, 2)); }),
            "average_pool: found float32[2, 4, 8]; expected neither groups nor dilation");
  EXPECT_EQ(error_of([&] {
              pool_gather(x, of({2, 3, 2}, DType::int32));
            }),
            "pool_gather: found float32[2, 4, 8], int32[2, 3, 2]; expected [batch, channel, "
            "spatial...] and indices with the same batch and channels");
}

TEST_F(ShapeRule, Others) {
  EXPECT_EQ(error_of([&] {
              random_uniform(of({3, 2}), DType::float32, {3}, 0);
            }),
            "random_uniform: found float32[3, 2] to [3]; expected keys of dtype int32 and shape "
            "[rows..., 2]");
  EXPECT_EQ(error_of([&] {
              random_uniform(of({3, 2}, DType::int32), DType::float32, {4, 3}, 0);
            }),
            "random_uniform: found int32[3, 2] to [4, 3]; expected a result of shape [rows..., "
            "tail...]");
  EXPECT_EQ(error_of([&] { custom(std::vector{of({2})}, nullptr); }),
            "custom: found float32[2]; expected an operation with infer and compute");
  Graph other;
  const Symbol far = other.input("x", DType::float32, {2});
  EXPECT_EQ(error_of([&] { of({2}) + far; }), "add: inputs of two graphs; trace them into one");
}

}  // namespace
}  // namespace thalweg
