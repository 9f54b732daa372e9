// Derivative rules that take more than a line; the others stand in the table itself (operation.cpp).
// Each returns the cotangent of input i, made of operations that have derivatives themselves.
#pragma once

#include "thalweg/graph/operation.hpp"

namespace thalweg::derivative_rule {

using Rule = Symbol(const Step& step, size_t i);

Rule divide;
Rule power;             // 0 with respect to the exponent at base 0
Rule maximum, minimum;  // at a tie all to the second input
Rule select;
Rule reduce_max;  // equal maxima share, as in PyTorch's amax
Rule transpose, broadcast_to, slice, pad, concatenate;
Rule matmul;
Rule convolution, convolution_input_gradient, convolution_weight_gradient;
Rule average_pool, average_pool_gradient;
Rule custom;

}  // namespace thalweg::derivative_rule
