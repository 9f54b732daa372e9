#include "thalweg/program/channel_order.hpp"

#include <algorithm>

#include "thalweg/program/fold.hpp"
#include "thalweg/program/rewrite.hpp"

namespace thalweg {
namespace {

// The pooling kernels for channels innermost have these.
bool of_kernels(DType dtype) { return dtype == DType::float32 || dtype == DType::bfloat16; }

}  // namespace

bool convolves_channels_last(const Graph& graph, NodeId id) {
  const Node& node = graph[id];
  return node.dtype != DType::float64 && element_count(node.shape) > 0 &&
         element_count(graph[node.inputs[0]].shape) > 0 &&
         element_count(graph[node.inputs[1]].shape) > 0;
}

std::vector<bool> channels_last(std::span<const Symbol> outputs) {
  using Op = Operation;
  const Graph& graph = outputs[0].graph();
  std::vector<bool> out(graph.size(), false);
  for (const NodeId id : needed(outputs)) {
    const Node& node = graph[id];
    if (node.shape.size() < 3) continue;
    switch (node.operation) {
      case Op::convolution:
      case Op::convolution_input_gradient:
        out[id] = convolves_channels_last(graph, id);
        break;
      case Op::max_pool_indices:
      case Op::pool_gather:
      case Op::pool_scatter:
      case Op::average_pool:
      case Op::average_pool_gradient:
        // The indices of a pool follow its numbers.
        out[id] = of_kernels(graph[node.inputs[0]].dtype) && out[node.inputs[0]];
        if (node.operation == Op::pool_gather || node.operation == Op::pool_scatter)
          out[id] = of_kernels(node.dtype) && (out[node.inputs[0]] || out[node.inputs[1]]);
        break;
      case Op::stop_gradient:
      case Op::barrier:
        out[id] = out[node.inputs[0]];
        break;
      default:
        out[id] =
            is_elementwise(node.operation) && std::any_of(node.inputs.begin(), node.inputs.end(),
                                                          [&](NodeId input) { return out[input]; });
    }
  }
  return out;
}

Shape stored_shape(const Shape& shape, bool last) {
  Shape out = shape;
  if (last && out.size() > 2) std::rotate(out.begin() + 1, out.begin() + 2, out.end());
  return out;
}

bool same_in_both_orders(const Shape& shape) {
  if (shape.size() < 3 || shape[1] == 1) return true;
  return std::all_of(shape.begin() + 2, shape.end(), [](size_t extent) { return extent == 1; });
}

}  // namespace thalweg
