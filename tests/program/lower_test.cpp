#include "thalweg/program/lower.hpp"

#include <gtest/gtest.h>

#include "tests/support/networks.hpp"
#include "thalweg/program/rewrite.hpp"

namespace thalweg {
namespace {

TEST(Lower, StepOfAnMlp) {
  Graph graph;
  EXPECT_EQ(kernels_of(mlp_step(graph, DType::float32)), R"(matmul [32, 20] x [12, 20]', bias, relu
matmul [32, 12] x [12, 12]', bias, relu
matmul [32, 12] x [10, 12]', bias
tile [32, 10] reduce_max
tile [32, 10] equal subtract exp reduce_sum select reduce_sum
tile [1, 32] log subtract less less_equal logical_and select reduce_sum select negate divide
tile [1, 1] multiply
tile [32, 10] select multiply add reduce_sum
matmul [32, 10] x [10, 12]
matmul [32, 10]' x [32, 12]
tile [32, 12] less select reduce_sum
matmul [32, 12] x [12, 12]
matmul [32, 12]' x [32, 12]
tile [32, 12] less select reduce_sum
matmul [32, 12]' x [32, 20]
)");
}

TEST(Lower, StepOfACnn) {
  Graph graph;
  EXPECT_EQ(kernels_of(cnn_step(graph, DType::float32)),
            R"(convolution [4, 1, 8, 8] * [8, 1, 3, 3], bias, relu
convolution [4, 8, 8, 8] * [16, 8, 3, 3], bias, relu
max_pool
convolution [4, 16, 4, 4] * [16, 16, 3, 3], bias, relu
max_pool
channels first
matmul [4, 64] x [12, 64]', bias, relu
matmul [4, 12] x [10, 12]', bias
tile [4, 10] reduce_max
tile [4, 10] equal subtract exp reduce_sum select reduce_sum
tile [1, 4] log subtract less less_equal logical_and select reduce_sum select negate divide
tile [1, 1] multiply
tile [4, 10] select multiply add reduce_sum
matmul [4, 10] x [10, 12]
matmul [4, 10]' x [4, 12]
tile [4, 12] less select reduce_sum
matmul [4, 12] x [12, 64]
matmul [4, 12]' x [4, 64]
channels last
pool_scatter
tile [64, 16] less select reduce_sum
convolution_input_gradient [4, 16, 4, 4] * [16, 16, 3, 3]
convolution_weight_gradient [4, 16, 4, 4] * [16, 16, 3, 3]
pool_scatter
tile [256, 16] less select reduce_sum
convolution_input_gradient [4, 8, 8, 8] * [16, 8, 3, 3]
convolution_weight_gradient [4, 8, 8, 8] * [16, 8, 3, 3]
tile [256, 8] less select reduce_sum
convolution_weight_gradient [4, 1, 8, 8] * [8, 1, 3, 3]
)");
}

}  // namespace
}  // namespace thalweg
