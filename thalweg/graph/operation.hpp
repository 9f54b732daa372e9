// The primitive operations, one row each: name, inputs, shape rule, derivative rule. Closed under
// differentiation; everything else is a composition of them.
#pragma once

#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "thalweg/graph/graph.hpp"

namespace thalweg {

enum class Operation : uint8_t {
  // leaves
  input,
  constant,
  iota,
  // elementwise, one input
  negate,
  absolute,
  sign,  // 0 at 0
  exp,
  log,
  log1p,
  expm1,
  sqrt,
  rsqrt,
  tanh,
  erf,
  sigmoid,
  sin,
  cos,
  floor,
  is_finite,    // boolean
  logical_not,  // of booleans
  cast,         // to boolean: not 0; to int32: toward 0
  // elementwise, two inputs of one shape and dtype
  add,
  subtract,
  multiply,
  divide,
  power,
  maximum,  // NaN where either is
  minimum,
  equal,  // boolean
  less,
  less_equal,
  logical_and,  // of booleans
  logical_or,
  // elementwise, three: condition (boolean), where true, where false
  select,
  // reductions, the axes are dropped
  reduce_sum,
  reduce_max,  // NaN where one is
  argmax,      // int32, one axis; the first of equal maxima, NaN counts as the largest
  // movement
  reshape,
  transpose,
  broadcast_to,  // aligned at the right, extents of 1 and missing ones repeat
  slice,
  pad,
  concatenate,
  reverse,
  // rows along axis 0 of a table [rows, tail...] by int32 indices [places...]; one out of range is
  // an Error when the program runs
  gather,       // (table, indices): [places..., tail...]
  scatter_add,  // (updates [places..., tail...], indices): zeros [rows, tail...] plus the updates
  // [batch..., m, k] x [batch..., k, n], equal batch axes
  matmul,
  // x [batch, channel, spatial...] (1 or 2 axes), w [out channel, channel / groups, spatial...];
  // correlation, as all frameworks have it
  convolution,                  // (x, w)
  convolution_input_gradient,   // (dy, w): dx
  convolution_weight_gradient,  // (x, dy): dw
  // windows over the spatial axes of x [batch, channel, spatial...]; less padding than window
  max_pool_indices,  // int32: the flat index among the spatial elements, the first of equal maxima
  pool_gather,       // (x, indices [batch, channel, places...])
  pool_scatter,      // (dy, indices): zeros, with dy added at the indices
  average_pool,      // the padding's zeros count
  average_pool_gradient,
  // Uniform on [0, 1), float64 or float32. keys int32 [rows..., 2], result [rows..., tail...];
  // element i of a row is (philox({i / 4, i / 4 >> 32, stream, 0}, key)[i % 4] >> 8) / 2^24, so its
  // bits depend on its row's key alone, however a batch is split.
  random_uniform,
  stop_gradient,  // its input; the derivative is 0
  barrier,        // (value, after): value; not computed before `after`, never shared nor moved
  custom,         // the user's
};
inline constexpr size_t operation_count = static_cast<size_t>(Operation::custom) + 1;

struct Proposal;  // shape_rule.hpp

// Where the derivative of a scalar with respect to `output` is `cotangent`.
struct Step {
  Symbol output;
  Symbol cotangent;  // of the output's dtype and shape

  const Node& node() const { return output.node(); }
  Symbol input(size_t i) const { return {output.graph(), node().inputs[i]}; }
};

struct OperationRow {
  Operation operation;
  std::string_view name;
  int arity;  // number of inputs; -1: any
  // Checks the inputs and fills in dtype and shape. Throws Error.
  void (*infer)(Proposal& proposal);
  // The cotangent of input i, linear in step.cotangent; null where nothing is differentiable. An
  // empty Symbol: not with respect to this input.
  Symbol (*derivative)(const Step& step, size_t i);
};

// In the order of the enumeration.
std::span<const OperationRow> operations();
const OperationRow& row(Operation operation);

// A user's operation. `infer` gives dtype and shape of the result, and throws Error where the inputs
// do not suit; `compute` fills the result; `derivative`, where there is one, returns the cotangents
// of the inputs (empty Symbols: not differentiable) as graph operations, and is the only thing that
// differentiation looks at.
struct CustomOperation {
  struct Tensor {
    DType dtype;
    Shape shape;
  };
  std::string name;
  std::function<Tensor(std::span<const Tensor> inputs)> infer;
  std::function<void(std::span<const Tensor> shapes, std::span<const void* const> inputs,
                     void* output)>
      compute;
  std::function<std::vector<Symbol>(const Step& step)> derivative;
};

}  // namespace thalweg
