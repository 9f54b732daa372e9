#include "thalweg/program/rewriter.hpp"

#include <algorithm>
#include <cmath>

#include "thalweg/graph/operation.hpp"

namespace thalweg {
namespace {

using Op = Operation;

size_t hash_of(const Node& node) {
  size_t out = static_cast<size_t>(node.operation) * 31 + static_cast<size_t>(node.dtype);
  const auto mix = [&](size_t x) { out = (out ^ x) * 0x9E3779B97F4A7C15; };
  for (const NodeId id : node.inputs) mix(id);
  for (const size_t extent : node.shape) mix(extent);
  for (const size_t axis : node.attributes.axes) mix(axis);
  for (const double value : node.attributes.values) mix(std::hash<double>{}(value));
  return out;
}

// Constants are equal by their bits: a NaN is itself, and 0 is not -0.
bool equal_attributes(const Attributes& a, const Attributes& b) {
  const auto same = [](double x, double y) {
    return x == y ? std::signbit(x) == std::signbit(y) : std::isnan(x) && std::isnan(y);
  };
  if (!std::equal(a.values.begin(), a.values.end(), b.values.begin(), b.values.end(), same))
    return false;
  Attributes left = a, right = b;
  left.values.clear(), right.values.clear();
  return left == right;
}

}  // namespace

Rewriter::Rewriter() : graph_(std::make_unique<Graph>()) {}

std::optional<NodeId> Rewriter::find(const Node& node) const {
  const auto [from, to] = known_.equal_range(hash_of(node));
  for (auto it = from; it != to; ++it) {
    const Node& other = (*graph_)[it->second];
    if (other.operation == node.operation && other.inputs == node.inputs &&
        other.dtype == node.dtype && other.shape == node.shape &&
        equal_attributes(other.attributes, node.attributes))
      return it->second;
  }
  return std::nullopt;
}

Symbol Rewriter::share(Node node) {
  if (node.operation == Op::barrier || node.operation == Op::custom)
    return graph_->record(std::move(node));
  if (const auto found = find(node)) return {*graph_, *found};
  const size_t hash = hash_of(node);
  const Symbol made = graph_->record(std::move(node));
  known_.emplace(hash, made.id());
  return made;
}

Symbol Rewriter::make(Operation operation, std::vector<NodeId> inputs, DType dtype, Shape shape,
                      Attributes attributes) {
  return share({operation, std::move(inputs), std::move(attributes), dtype, std::move(shape)});
}

Symbol Rewriter::number(double value, const Node& like) {
  Attributes attributes;
  attributes.values = {value};
  const Symbol scalar = make(Op::constant, {}, like.dtype, {}, attributes);
  if (like.shape.empty()) return scalar;
  return make(Op::broadcast_to, {scalar.id()}, like.dtype, like.shape);
}

Traced rewrite_each(std::span<const Symbol> outputs,
                    const std::function<Symbol(Rewriter&, NodeId from, Node)>& rule) {
  Rewriter to;
  if (outputs.empty()) return to.finish({});
  const Graph& from = outputs[0].graph();
  std::unordered_map<NodeId, NodeId> moved;
  for (const NodeId id : needed(outputs)) {
    Node node = from[id];
    for (NodeId& input : node.inputs) input = moved.at(input);
    moved[id] = rule(to, id, std::move(node)).id();
  }
  Symbols kept;
  for (const Symbol output : outputs) kept.emplace_back(to.graph(), moved.at(output.id()));
  return to.finish(std::move(kept));
}

}  // namespace thalweg
