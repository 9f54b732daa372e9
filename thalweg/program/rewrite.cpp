#include "thalweg/program/rewrite.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <optional>
#include <string>

#include "thalweg/program/fold.hpp"
#include "thalweg/program/rewriter.hpp"

namespace thalweg {
namespace {

using Op = Operation;

// The number that every element of a node is, where it is a constant.
std::optional<double> constant_of(const Rewriter& to, NodeId id) {
  const Node* node = &to[id];
  while (node->operation == Op::broadcast_to || node->operation == Op::reshape)
    node = &to[node->inputs[0]];
  if (node->operation != Op::constant || node->attributes.values.size() != 1) return std::nullopt;
  return node->attributes.values[0];
}

bool is(const Rewriter& to, NodeId id, double value) { return constant_of(to, id) == value; }

// x op constant and constant op x where that is x, -x or a constant.
std::optional<Symbol> identity(Rewriter& to, const Node& node) {
  const auto input = [&](size_t i) { return Symbol(to.graph(), node.inputs[i]); };
  switch (node.operation) {
    case Op::add:
      if (is(to, node.inputs[0], 0)) return input(1);
      if (is(to, node.inputs[1], 0)) return input(0);
      break;
    case Op::subtract:
      if (is(to, node.inputs[1], 0)) return input(0);
      break;
    case Op::multiply:
      for (size_t i = 0; i < 2; ++i) {
        if (is(to, node.inputs[i], 1)) return input(1 - i);
        if (is(to, node.inputs[i], -1))
          return to.make(Op::negate, {node.inputs[1 - i]}, node.dtype, node.shape);
      }
      break;
    case Op::divide:
      if (is(to, node.inputs[1], 1)) return input(0);
      // Exact where the divisor is a power of 2.
      if (const auto by = constant_of(to, node.inputs[1])) {
        int exponent = 0;
        if (std::abs(std::frexp(*by, &exponent)) == 0.5 && std::abs(exponent) < 100)
          return to.make(Op::multiply, {node.inputs[0], to.number(1 / *by, node).id()}, node.dtype,
                         node.shape);
      }
      break;
    case Op::power:
      if (is(to, node.inputs[1], 1)) return input(0);
      if (is(to, node.inputs[1], 2))
        return to.make(Op::multiply, {node.inputs[0], node.inputs[0]}, node.dtype, node.shape);
      break;
    case Op::negate:
      if (to[node.inputs[0]].operation == Op::negate)
        return Symbol(to.graph(), to[node.inputs[0]].inputs[0]);
      break;
    case Op::select:
      if (node.inputs[1] == node.inputs[2]) return input(1);
      break;
    case Op::less:
      // The mask of relu from what it leaves, so that only that need be kept.
      if (is(to, node.inputs[0], 0)) {
        const Node& x = to[node.inputs[1]];
        const Node rectified{Op::maximum, {node.inputs[1], node.inputs[0]}, {}, x.dtype, x.shape};
        if (const auto y = to.find(rectified))
          return to.make(Op::less, {node.inputs[0], *y}, node.dtype, node.shape);
      }
      break;
    default:
      break;
  }
  return std::nullopt;
}

// Arithmetic on repeated tensors of one shape is done before they are repeated.
std::optional<Symbol> repeat_later(Rewriter& to, const Node& node) {
  if (!is_elementwise(node.operation)) return std::nullopt;
  const Shape* from = nullptr;
  for (const NodeId id : node.inputs) {
    const Node& input = to[id];
    if (input.operation != Op::broadcast_to) return std::nullopt;
    const Shape& shape = to[input.inputs[0]].shape;
    if (shape.empty()) continue;
    if (from != nullptr && *from != shape) return std::nullopt;
    from = &shape;
  }
  const Shape small = from == nullptr ? Shape{} : *from;
  if (small == node.shape) return std::nullopt;
  std::vector<NodeId> inputs;
  for (const NodeId id : node.inputs) {
    const NodeId inner = to[id].inputs[0];
    inputs.push_back(to[inner].shape == small
                         ? inner
                         : to.make(Op::broadcast_to, {inner}, to[inner].dtype, small).id());
  }
  const Symbol done = to.make(node.operation, inputs, node.dtype, small, node.attributes);
  return to.make(Op::broadcast_to, {done.id()}, node.dtype, node.shape);
}

// The permutation that changes the last two axes.
bool swaps_last_two(const std::vector<size_t>& axes) {
  if (axes.size() < 2) return false;
  for (size_t i = 0; i + 2 < axes.size(); ++i)
    if (axes[i] != i) return false;
  return axes[axes.size() - 1] == axes.size() - 2 && axes[axes.size() - 2] == axes.size() - 1;
}

std::optional<Symbol> movement(Rewriter& to, const Node& node) {
  if (node.inputs.empty()) return std::nullopt;
  const NodeId id = node.inputs[0];
  const Node& x = to[id];
  const Symbol same(to.graph(), id);
  switch (node.operation) {
    case Op::stop_gradient:
      return same;
    case Op::reshape:
      if (node.shape == x.shape) return same;
      if (x.operation == Op::reshape)
        return to.make(Op::reshape, {x.inputs[0]}, node.dtype, node.shape);
      break;
    case Op::broadcast_to: {
      if (node.shape == x.shape) return same;
      if (x.operation == Op::broadcast_to)
        return to.make(Op::broadcast_to, {x.inputs[0]}, node.dtype, node.shape);
      // Leading extents of 1 are as good as none.
      const size_t ones = static_cast<size_t>(
          std::find_if(x.shape.begin(), x.shape.end(), [](size_t e) { return e != 1; }) -
          x.shape.begin());
      if (ones > 0) {
        const Shape rest(x.shape.begin() + static_cast<std::ptrdiff_t>(ones), x.shape.end());
        const Symbol flat = to.make(Op::reshape, {id}, node.dtype, rest);
        return to.make(Op::broadcast_to, {flat.id()}, node.dtype, node.shape);
      }
      break;
    }
    case Op::transpose: {
      std::vector<size_t> axes = node.attributes.axes;
      if (std::is_sorted(axes.begin(), axes.end())) return same;
      if (x.operation == Op::transpose) {
        for (size_t& axis : axes) axis = x.attributes.axes[axis];
        Attributes attributes;
        attributes.axes = axes;
        return to.make(Op::transpose, {x.inputs[0]}, node.dtype, node.shape, attributes);
      }
      break;
    }
    case Op::cast:
      if (node.dtype == x.dtype) return same;
      break;
    case Op::matmul: {
      Node out = node;
      bool changed = false;
      for (size_t i = 0; i < 2; ++i) {
        const Node& side = to[out.inputs[i]];
        if (side.operation != Op::transpose || !swaps_last_two(side.attributes.axes)) continue;
        bool& flag = i == 0 ? out.attributes.transpose_a : out.attributes.transpose_b;
        flag = !flag;
        out.inputs[i] = side.inputs[0];
        changed = true;
      }
      if (changed) return to.share(std::move(out));
      break;
    }
    default:
      break;
  }
  return std::nullopt;
}

// Reductions over axes that are not neighbors are taken from the back, run by run; argmax over an
// inner axis becomes one over the last.
std::optional<Symbol> reduction(Rewriter& to, const Node& node) {
  if (node.operation != Op::reduce_sum && node.operation != Op::reduce_max &&
      node.operation != Op::argmax)
    return std::nullopt;
  const Node& x = to[node.inputs[0]];
  std::vector<size_t> axes = node.attributes.axes;
  if (node.operation == Op::argmax) {
    if (axes[0] + 1 == x.shape.size()) return std::nullopt;
    Attributes moved, last;
    moved.axes.resize(x.shape.size());
    std::iota(moved.axes.begin(), moved.axes.end(), size_t{0});
    moved.axes.erase(moved.axes.begin() + static_cast<std::ptrdiff_t>(axes[0]));
    moved.axes.push_back(axes[0]);
    Shape shape;
    for (const size_t axis : moved.axes) shape.push_back(x.shape[axis]);
    const Symbol turned = to.make(Op::transpose, {node.inputs[0]}, x.dtype, shape, moved);
    last.axes = {x.shape.size() - 1};
    return to.make(Op::argmax, {turned.id()}, node.dtype, node.shape, last);
  }
  // Axes of extent 1 hold nothing to add up.
  const bool trivial =
      std::all_of(axes.begin(), axes.end(), [&](size_t axis) { return x.shape[axis] == 1; });
  if (trivial) return to.make(Op::reshape, {node.inputs[0]}, node.dtype, node.shape);
  // All but the channels: one run where they are stored innermost.
  if (x.shape.size() > 2 && axes.size() + 1 == x.shape.size() && axes[0] == 0 && axes[1] == 2)
    return std::nullopt;
  size_t begin = axes.size() - 1;
  while (begin > 0 && axes[begin - 1] + 1 == axes[begin]) --begin;
  if (begin == 0) return std::nullopt;
  Attributes back, front;
  back.axes.assign(axes.begin() + static_cast<std::ptrdiff_t>(begin), axes.end());
  front.axes.assign(axes.begin(), axes.begin() + static_cast<std::ptrdiff_t>(begin));
  Shape shape;
  for (size_t axis = 0; axis < x.shape.size(); ++axis)
    if (!std::binary_search(back.axes.begin(), back.axes.end(), axis))
      shape.push_back(x.shape[axis]);
  const Symbol inner = to.make(node.operation, {node.inputs[0]}, node.dtype, shape, back);
  return to.make(node.operation, {inner.id()}, node.dtype, node.shape, front);
}

// Arithmetic on constant scalars; a sum of equal numbers.
std::optional<Symbol> folded(Rewriter& to, const Node& node) {
  if (node.operation == Op::reduce_sum) {
    const auto each = constant_of(to, node.inputs[0]);
    if (!each || node.dtype == DType::boolean) return std::nullopt;
    const size_t all = element_count(to[node.inputs[0]].shape), left = element_count(node.shape);
    if (left == 0) return std::nullopt;
    return to.number(*each * static_cast<double>(all / left), node);
  }
  if (!is_elementwise(node.operation) || !node.shape.empty()) return std::nullopt;
  std::vector<double> numbers;
  for (const NodeId id : node.inputs) {
    const auto value = constant_of(to, id);
    if (!value) return std::nullopt;
    numbers.push_back(*value);
  }
  const auto value = fold(node.operation, node.dtype, numbers);
  if (!value) return std::nullopt;
  return to.number(*value, node);
}

}  // namespace

Traced simplify(std::span<const Symbol> outputs) {
  const auto rule = [](Rewriter& to, NodeId, Node node) -> Symbol {
    for (const auto attempt : {folded, identity, movement, reduction, repeat_later})
      if (const auto found = attempt(to, node)) return *found;
    return to.share(std::move(node));
  };
  Traced out = rewrite_each(outputs, rule);
  // Each pass sees only what stands before a node; what it makes may suit a rule again.
  for (std::string before = to_text(out.outputs);;) {
    out = rewrite_each(out.outputs, rule);
    std::string after = to_text(out.outputs);
    if (after == before) return out;
    before = std::move(after);
  }
}

}  // namespace thalweg
