#include "thalweg/program/bfloat16.hpp"

#include <string>

#include "thalweg/graph/operation.hpp"
#include "thalweg/program/contraction_tail.hpp"
#include "thalweg/program/repetition.hpp"
#include "thalweg/program/rewrite.hpp"
#include "thalweg/program/rewriter.hpp"

namespace thalweg {
namespace {

using Op = Operation;

NodeId converted(Rewriter& to, NodeId id, DType dtype) {
  const Shape shape = to[id].shape;
  return to.make(Op::cast, {id}, dtype, shape).id();
}

bool is_cast(const Node& node, DType dtype) {
  return node.operation == Op::cast && node.dtype == dtype;
}

// What float32 numbers that hold no more than bfloat16 come from.
std::optional<NodeId> narrow(const Rewriter& to, NodeId id) {
  const Node& node = to[id];
  if (!is_cast(node, DType::float32) || to[node.inputs[0]].dtype != DType::bfloat16)
    return std::nullopt;
  return node.inputs[0];
}

Symbol contraction(Rewriter& to, Node node) {
  if (!is_contraction(node.operation) || node.dtype != DType::float32)
    return to.share(std::move(node));
  for (NodeId& input : node.inputs) input = converted(to, input, DType::bfloat16);
  node.dtype = DType::bfloat16;
  const Symbol product = to.share(std::move(node));
  return {to.graph(), converted(to, product.id(), DType::float32)};
}

// Numbers are moved, none is changed: rounding before is as rounding after.
bool moves(const Rewriter& to, const Node& node) {
  switch (node.operation) {
    case Op::reshape:
    case Op::transpose:
    case Op::pool_gather:
      return true;
    case Op::pool_scatter: {
      const Node& places = to[node.inputs[1]];
      if (places.operation != Op::max_pool_indices) return false;
      for (size_t i = 0; i < places.attributes.window.size(); ++i)
        if (places.attributes.stride[i] < places.attributes.window[i]) return false;
      return true;
    }
    default:
      return false;
  }
}

// The activation of a product or convolution that is in bfloat16, with or without a bias.
bool is_activation(const Graph& graph, NodeId id) {
  const Node& node = graph[id];
  const bool rectified =
      node.operation == Op::maximum && constant_number(graph, node.inputs[1]) == 0;
  if (node.dtype != DType::float32 ||
      !(rectified || node.operation == Op::tanh || node.operation == Op::sigmoid))
    return false;
  const auto is_product = [&](NodeId of) {
    return is_cast(graph[of], DType::float32) &&
           is_contraction(graph[graph[of].inputs[0]].operation);
  };
  const Node& before = graph[node.inputs[0]];
  if (before.operation != Op::add) return is_product(node.inputs[0]);
  return is_product(before.inputs[0]) || is_product(before.inputs[1]);
}

// Which nodes are kept in bfloat16 alone.
std::vector<bool> kept_narrow(std::span<const Symbol> outputs) {
  const Graph& graph = outputs[0].graph();
  std::vector<bool> out(graph.size(), false);
  for (const NodeId id : needed(outputs))
    if (is_cast(graph[id], DType::bfloat16) && is_activation(graph, graph[id].inputs[0]))
      out[graph[id].inputs[0]] = true;
  return out;
}

// Conversions to bfloat16 go up, those to float32 down, through what only moves numbers.
Symbol moved(Rewriter& to, Node node) {
  if (is_cast(node, DType::bfloat16)) {
    if (const auto from = narrow(to, node.inputs[0])) return {to.graph(), *from};
    Node inner = to[node.inputs[0]];
    if (inner.dtype == DType::float32 && moves(to, inner)) {
      inner.inputs[0] = converted(to, inner.inputs[0], DType::bfloat16);
      inner.dtype = DType::bfloat16;
      return to.share(std::move(inner));
    }
  }
  if (node.operation == Op::max_pool_indices || moves(to, node)) {
    if (const auto from = narrow(to, node.inputs[0])) {
      node.inputs[0] = *from;
      if (node.operation == Op::max_pool_indices) return to.share(std::move(node));
      node.dtype = DType::bfloat16;
      const Symbol done = to.share(std::move(node));
      return {to.graph(), converted(to, done.id(), DType::float32)};
    }
  }
  return to.share(std::move(node));
}

Traced pass(std::span<const Symbol> outputs) {
  const std::vector<bool> kept = kept_narrow(outputs);
  return rewrite_each(outputs, [&kept](Rewriter& to, NodeId from, Node node) -> Symbol {
    const Symbol done = moved(to, std::move(node));
    if (!kept[from]) return done;
    return {to.graph(), converted(to, converted(to, done.id(), DType::bfloat16), DType::float32)};
  });
}

}  // namespace

Traced in_bfloat16(std::span<const Symbol> outputs) {
  Traced out = rewrite_each(
      outputs, [](Rewriter& to, NodeId, Node node) { return contraction(to, std::move(node)); });
  if (outputs.empty()) return out;
  for (std::string before;;) {
    out = simplify(out.outputs);
    std::string text = to_text(out.outputs);
    if (text == before) return out;
    before = std::move(text);
    out = pass(out.outputs);
  }
}

}  // namespace thalweg
