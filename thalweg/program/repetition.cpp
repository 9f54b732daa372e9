#include "thalweg/program/repetition.hpp"

#include <algorithm>
#include <cmath>

#include "thalweg/graph/operation.hpp"
#include "thalweg/program/channel_order.hpp"

namespace thalweg {

using Op = Operation;

namespace {

const Node& before_repeats(const Graph& graph, NodeId id) {
  const Node* node = &graph[id];
  while (node->operation == Op::broadcast_to || node->operation == Op::reshape)
    node = &graph[node->inputs[0]];
  return *node;
}

bool small_integers(const Node& node) {
  constexpr double most = 1 << 23;
  if (node.operation == Op::iota) return static_cast<double>(element_count(node.shape)) < most;
  return node.operation == Op::constant &&
         std::all_of(node.attributes.values.begin(), node.attributes.values.end(),
                     [](double value) { return std::abs(value) < most; });
}

}  // namespace

std::optional<Repetition> repetition(const Shape& small, const Shape& whole, bool last) {
  Shape from(whole.size() - small.size(), 1);
  from.insert(from.end(), small.begin(), small.end());
  // Channels beside places lie in another order there.
  if (last && from[1] != 1 &&
      std::any_of(from.begin() + 2, from.end(), [](size_t extent) { return extent != 1; }))
    return std::nullopt;
  from = stored_shape(from, last);
  const Shape to = stored_shape(whole, last);
  // Axes of extent 1 in both say nothing.
  std::vector<bool> full;
  std::vector<size_t> extent;
  for (size_t axis = 0; axis < to.size(); ++axis) {
    if (to[axis] == 1) continue;
    full.push_back(from[axis] == to[axis]);
    extent.push_back(to[axis]);
  }
  const auto product = [&](size_t begin, size_t end) {
    size_t out = 1;
    for (size_t i = begin; i < end; ++i) out *= extent[i];
    return out;
  };
  size_t begin = 0;
  while (begin < full.size() && !full[begin]) ++begin;
  size_t end = begin;
  while (end < full.size() && full[end]) ++end;
  if (std::find(full.begin() + static_cast<std::ptrdiff_t>(end), full.end(), true) != full.end())
    return std::nullopt;
  if (begin == end) return Repetition{TileExtent::scalar, 0, 0};
  if (begin == 0 && end == full.size()) return Repetition{TileExtent::all, 0, 0};
  if (end == full.size()) return Repetition{TileExtent::row, product(begin, end), 0};
  return Repetition{TileExtent::column, product(end, full.size()),
                    begin == 0 ? 0 : product(begin, end)};
}

std::optional<double> constant_number(const Graph& graph, NodeId id) {
  const Node& node = before_repeats(graph, id);
  if (node.operation != Op::constant || node.attributes.values.size() != 1) return std::nullopt;
  return node.attributes.values[0];
}

bool compares_small_integers(const Graph& graph, NodeId id) {
  const Node& node = graph[id];
  if (node.operation != Op::equal && node.operation != Op::less && node.operation != Op::less_equal)
    return false;
  if (graph[node.inputs[0]].dtype != DType::int32) return false;
  return small_integers(before_repeats(graph, node.inputs[0])) ||
         small_integers(before_repeats(graph, node.inputs[1]));
}

std::optional<Repetition> tile_reduction(const Graph& graph, NodeId id, bool last) {
  const Node& node = graph[id];
  const Node& x = graph[node.inputs[0]];
  if (!is_floating(node.dtype) || element_count(x.shape) == 0) return std::nullopt;
  Shape kept = x.shape;
  for (const size_t axis : node.attributes.axes) kept[axis] = 1;
  const auto how = repetition(kept, x.shape, last);
  if (!how || how->extent == TileExtent::all) return std::nullopt;
  if (how->extent == TileExtent::column && how->period != 0) return std::nullopt;
  return how;
}

}  // namespace thalweg
