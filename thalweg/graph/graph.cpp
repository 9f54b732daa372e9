#include "thalweg/graph/graph.hpp"

#include <fmt/ranges.h>

#include <algorithm>

#include "thalweg/base/catalog.hpp"
#include "thalweg/graph/operation.hpp"
#include "thalweg/graph/shape_rule.hpp"

namespace thalweg {
namespace {

// The attributes that an operation reads, `axes=[1]`; "" where there are none.
std::string text_of(const Node& node) {
  const Attributes& a = node.attributes;
  std::vector<std::string> parts;
  const auto list = [&](std::string_view label, const std::vector<size_t>& numbers) {
    if (!numbers.empty()) parts.push_back(fmt::format("{}={}", label, to_text(numbers)));
  };
  list("axes", a.axes);
  const bool padded = node.operation == Operation::pad;
  list(padded ? "low" : "start", a.low);
  list(padded ? "high" : "stop", a.high);
  list(padded ? "interior" : "stride", a.step);
  if (a.transpose_a) parts.push_back("transpose_a");
  if (a.transpose_b) parts.push_back("transpose_b");
  list("window", a.window);
  list("stride", a.stride);
  list("padding_low", a.padding_low);
  list("padding_high", a.padding_high);
  list("dilation", a.dilation);
  if (a.groups != 1) parts.push_back(fmt::format("groups={}", a.groups));
  if (a.stream != 0) parts.push_back(fmt::format("stream={}", a.stream));
  if (a.custom) parts.push_back(a.custom->name);
  return join(parts, ", ");
}

std::string line(const Graph& graph, NodeId id) {
  const Node& node = graph[id];
  std::vector<std::string> inside;
  for (const NodeId input : node.inputs) inside.push_back(fmt::format("%{}", input));
  if (node.operation == Operation::input) inside = {fmt::format("\"{}\"", node.attributes.name)};
  for (size_t i = 0; i < node.attributes.values.size(); ++i) {
    // A table is told by its first numbers.
    if (i == 8) {
      inside.push_back("...");
      break;
    }
    inside.push_back(shortest(node.attributes.values[i]));
  }
  const std::string attributes = text_of(node);
  return fmt::format("%{} = {}({}{}{}) {}\n", id, row(node.operation).name, join(inside, ", "),
                     inside.empty() || attributes.empty() ? "" : "; ", attributes, describe(node));
}

std::string lines(const Graph& graph, const std::vector<bool>& shown) {
  std::string out;
  for (NodeId id = 0; id < graph.size(); ++id)
    if (shown[id]) out += line(graph, id);
  return out;
}

}  // namespace

std::string describe(const Node& node) {
  return fmt::format("{}{}", name_of(node.dtype), to_text(node.shape));
}

Symbol Graph::input(std::string name, DType dtype, Shape shape) {
  for (const NodeId id : inputs())
    if (nodes_[id].attributes.name == name)
      fail("graph: a second input \"{}\"; give each its own name", name);
  Node node{Operation::input, {}, {}, dtype, std::move(shape)};
  node.attributes.name = std::move(name);
  return record(std::move(node));
}

Symbol Graph::constant(double value, DType dtype) { return constant({value}, dtype, {}); }

Symbol Graph::constant(std::vector<double> values, DType dtype, Shape shape) {
  const bool repeated = values.size() == 1 && !shape.empty();
  Node node{Operation::constant, {}, {}, dtype, repeated ? Shape{} : shape};
  node.attributes.values = std::move(values);
  const Symbol number = record(std::move(node));
  return repeated ? record({Operation::broadcast_to, {number.id()}, {}, dtype, std::move(shape)})
                  : number;
}

Symbol Graph::iota(DType dtype, Shape shape, size_t axis) {
  Node node{Operation::iota, {}, {}, dtype, std::move(shape)};
  node.attributes.axes = {axis};
  return record(std::move(node));
}

Symbol Graph::record(Node proposed) {
  for (const NodeId id : proposed.inputs)
    if (id >= size()) throw std::logic_error("graph: an input that is not recorded yet");
  const OperationRow& operation = row(proposed.operation);
  if (operation.arity >= 0 && proposed.inputs.size() != static_cast<size_t>(operation.arity))
    fail("{}: found {} inputs; expected {}", operation.name, proposed.inputs.size(),
         operation.arity);
  Proposal proposal{*this, proposed};
  operation.infer(proposal);
  element_count(proposed.shape);  // which must be a number
  nodes_.push_back(std::move(proposed));
  return {*this, size() - 1};
}

NodeId Graph::input(std::string_view name) const {
  std::vector<std::string> there;
  for (const NodeId id : inputs()) {
    if (nodes_[id].attributes.name == name) return id;
    there.push_back(nodes_[id].attributes.name);
  }
  fail("graph: no input \"{}\"{}; there are {}", name, suggestion(name, there), join(there, ", "));
}

std::vector<NodeId> Graph::inputs() const {
  std::vector<NodeId> out;
  for (NodeId id = 0; id < size(); ++id)
    if (nodes_[id].operation == Operation::input) out.push_back(id);
  return out;
}

std::string to_text(const Graph& graph) {
  return lines(graph, std::vector<bool>(graph.size(), true));
}

std::string to_text(std::span<const Symbol> kept) {
  if (kept.empty()) return "";
  const Graph& graph = kept[0].graph();
  std::vector<bool> needed(graph.size());
  for (const Symbol symbol : kept) needed[symbol.id()] = true;
  for (NodeId id = graph.size(); id-- > 0;)
    if (needed[id])
      for (const NodeId input : graph[id].inputs) needed[input] = true;
  return lines(graph, needed);
}

}  // namespace thalweg
