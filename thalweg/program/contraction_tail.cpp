#include "thalweg/program/contraction_tail.hpp"

#include "thalweg/graph/operation.hpp"
#include "thalweg/program/repetition.hpp"

namespace thalweg {
namespace {

using Op = Operation;

// What the sum adds to `product`, a number for each column or channel.
std::optional<NodeId> bias_of(const Graph& graph, NodeId contraction, NodeId product,
                              const Node& sum) {
  if (sum.operation != Op::add || graph[product].dtype == DType::bfloat16) return std::nullopt;
  const NodeId other = sum.inputs[0] == product ? sum.inputs[1] : sum.inputs[0];
  if (other == product || graph[other].operation != Op::broadcast_to) return std::nullopt;
  const NodeId bias = graph[other].inputs[0];
  const Shape& shape = graph[contraction].shape;
  const auto how = repetition(graph[bias].shape, shape);
  if (!how) return std::nullopt;
  if (graph[contraction].operation == Op::matmul) {
    if (how->extent == TileExtent::row && how->columns == shape.back()) return bias;
    return std::nullopt;
  }
  size_t space = 1;
  for (size_t axis = 2; axis < shape.size(); ++axis) space *= shape[axis];
  if (how->extent == TileExtent::column && how->columns == space && how->period == shape[1])
    return bias;
  return std::nullopt;
}

Activation activation_of(const Graph& graph, NodeId input, const Node& node) {
  if (node.dtype != DType::float32) return Activation::none;
  if (node.operation == Op::tanh) return Activation::tanh;
  if (node.operation == Op::sigmoid) return Activation::sigmoid;
  if (node.operation == Op::maximum && node.inputs[0] == input &&
      constant_number(graph, node.inputs[1]) == 0)
    return Activation::relu;
  return Activation::none;
}

}  // namespace

ContractionTail contraction_tail(const Graph& graph, NodeId id,
                                 const std::function<std::optional<NodeId>(NodeId)>& sole_reader) {
  ContractionTail out;
  NodeId last = id;
  auto next = sole_reader(last);
  const auto take = [&] {
    out.nodes.push_back(*next);
    last = *next;
    next = sole_reader(last);
  };
  const auto casts = [&](DType from, DType to) {
    return next && graph[*next].operation == Op::cast && graph[last].dtype == from &&
           graph[*next].dtype == to;
  };
  // What convolutions give to the activations before them is read where it is, in half the bytes.
  if (graph[id].operation == Op::convolution_input_gradient) return out;
  // From bfloat16 to float32 the product itself converts, without rounding in between.
  if (casts(DType::bfloat16, DType::float32)) take();
  if (graph[id].operation != Op::matmul && graph[id].operation != Op::convolution) return out;
  if (next) out.bias = bias_of(graph, id, last, graph[*next]);
  if (out.bias) take();
  if (next) out.activation = activation_of(graph, last, graph[*next]);
  if (out.activation != Activation::none) take();
  if (graph[id].dtype == DType::bfloat16 && casts(DType::float32, DType::bfloat16)) take();
  return out;
}

bool is_contraction(Operation operation) {
  return operation == Op::matmul || operation == Op::convolution ||
         operation == Op::convolution_input_gradient ||
         operation == Op::convolution_weight_gradient;
}

}  // namespace thalweg
