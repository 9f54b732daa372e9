#include "thalweg/graph/shape_rule.hpp"

#include <algorithm>
#include <string_view>

#include "thalweg/base/error.hpp"
#include "thalweg/base/text.hpp"
#include "thalweg/graph/operation.hpp"

namespace thalweg::shape_rule {
namespace {

// Of what sizes are computed from, so that they do not overflow.
constexpr size_t largest = size_t{1} << 31;

const Node& in(const Graph& graph, const Node& node, size_t i) { return graph[node.inputs[i]]; }

std::string describe(const Node& node) {
  return fmt::format("{}{}", name_of(node.dtype), to_text(node.shape));
}

// A check of one node.
struct Check {
  const Graph& graph;
  const Node& node;

  // `due` says what was expected.
  void operator()(bool holds, std::string_view due) const {
    if (holds) return;
    std::vector<std::string> found;
    for (const NodeId id : node.inputs) found.push_back(describe(graph[id]));
    const std::string asked = node.shape.empty() ? "" : " to " + to_text(node.shape);
    fail("{}: found {}{}; expected {}", row(node.operation).name,
         found.empty() ? describe(node) : join(found, ", "), found.empty() ? "" : asked, due);
  }
  void axes(size_t rank) const {
    const auto& axes = node.attributes.axes;
    const bool ascend =
        std::adjacent_find(axes.begin(), axes.end(), std::greater_equal<>()) == axes.end();
    (*this)(ascend && (axes.empty() || axes.back() < rank), "axes that exist, each once");
  }
  void indices(const Node& given) const {
    (*this)(given.dtype == DType::int32, "indices of dtype int32");
  }
  // All inputs.
  void one_shape() const {
    for (const NodeId id : node.inputs)
      (*this)(graph[id].shape == graph[node.inputs[0]].shape, "inputs of one shape");
  }
  void one_dtype() const {
    for (const NodeId id : node.inputs)
      (*this)(graph[id].dtype == graph[node.inputs[0]].dtype,
              "inputs of one dtype; convert with cast");
  }
  void floating() const {
    (*this)(is_floating(graph[node.inputs[0]].dtype), "floating numbers; convert with cast");
    one_dtype();
  }
};

void result(Node& node, DType dtype, Shape shape) {
  node.dtype = dtype;
  node.shape = std::move(shape);
  element_count(node.shape);
}

void elementwise(const Graph& graph, Node& node) {
  const Check check{graph, node};
  check.one_dtype();
  check.one_shape();
  unchanged(graph, node);
}

Shape without(const Shape& shape, const std::vector<size_t>& axes) {
  Shape out;
  for (size_t axis = 0; axis < shape.size(); ++axis)
    if (!std::binary_search(axes.begin(), axes.end(), axis)) out.push_back(shape[axis]);
  return out;
}

// What a convolution or pooling makes of the spatial axes, windows of `extents` over `x`.
Shape places(const Check& check, const Shape& x, const Shape& extents) {
  const Attributes& a = check.node.attributes;
  const size_t axes = x.size() - 2;
  check(axes == 1 || axes == 2, "[batch, channel, length] or [batch, channel, height, width]");
  check(extents.size() == axes && a.stride.size() == axes && a.padding_low.size() == axes &&
            a.padding_high.size() == axes && a.dilation.size() == axes,
        "window, stride, padding and dilation with a number for each spatial axis");
  Shape out;
  for (size_t i = 0; i < axes; ++i) {
    check(extents[i] > 0 && a.stride[i] > 0 && a.dilation[i] > 0,
          "window, stride, dilation of at least 1");
    check(std::max({x[2 + i], extents[i], a.stride[i], a.dilation[i], a.padding_low[i],
                    a.padding_high[i]}) < largest,
          "numbers below 2^31");
    const size_t covered = a.dilation[i] * (extents[i] - 1) + 1;
    const size_t padded = x[2 + i] + a.padding_low[i] + a.padding_high[i];
    check(covered <= padded, "a window no larger than the padded input");
    out.push_back((padded - covered) / a.stride[i] + 1);
  }
  return out;
}

// The shape of convolution(x, w).
Shape convolved(const Check& check, const Shape& x, const Shape& w) {
  const size_t groups = check.node.attributes.groups;
  check(x.size() == w.size() && x.size() > 2, "x and w of equal rank, 3 or 4");
  check(groups > 0 && x[1] == w[1] * groups && w[0] % groups == 0,
        fmt::format("w of [{0} * n, channels / {0}, window...] for {0} groups", groups));
  Shape out = places(check, x, Shape(w.begin() + 2, w.end()));
  out.insert(out.begin(), {x[0], w[0]});
  return out;
}

// The shape of pooling over x.
Shape pooled(const Check& check, const Shape& x) {
  const Attributes& a = check.node.attributes;
  check(x.size() > 2, "[batch, channel, length] or [batch, channel, height, width]");
  check(a.groups == 1 && std::ranges::all_of(a.dilation, [](size_t d) { return d == 1; }),
        "neither groups nor dilation");
  Shape out = places(check, x, a.window);
  for (size_t i = 0; i < a.window.size(); ++i)
    check(a.padding_low[i] < a.window[i] && a.padding_high[i] < a.window[i] && x[2 + i] > 0,
          "each window to hold an element: less padding than window");
  out.insert(out.begin(), {x[0], x[1]});
  return out;
}

}  // namespace

void input(const Graph& graph, Node& node) {
  Check{graph, node}(!node.attributes.name.empty(), "an input with a name");
  element_count(node.shape);
}

void constant(const Graph& graph, Node& node) {
  Check{graph, node}(node.attributes.values.size() == element_count(node.shape),
                     "a value for each element");
}

void iota(const Graph& graph, Node& node) {
  const Check check{graph, node};
  check(node.dtype != DType::boolean, "a dtype of numbers");
  check(node.attributes.axes.size() == 1 && node.attributes.axes[0] < node.shape.size(),
        "one axis of the shape");
  element_count(node.shape);
}

void numbers(const Graph& graph, Node& node) {
  Check{graph, node}(in(graph, node, 0).dtype != DType::boolean,
                     "numbers; convert booleans with cast");
  elementwise(graph, node);
}

void floating(const Graph& graph, Node& node) {
  Check{graph, node}.floating();
  elementwise(graph, node);
}

void booleans(const Graph& graph, Node& node) {
  Check{graph, node}(in(graph, node, 0).dtype == DType::boolean, "booleans");
  elementwise(graph, node);
}

void is_finite(const Graph& graph, Node& node) {
  floating(graph, node);
  node.dtype = DType::boolean;
}

void cast(const Graph& graph, Node& node) { result(node, node.dtype, in(graph, node, 0).shape); }

void comparison(const Graph& graph, Node& node) {
  numbers(graph, node);
  node.dtype = DType::boolean;
}

void select(const Graph& graph, Node& node) {
  const Node& a = in(graph, node, 1);
  const Check check{graph, node};
  check(in(graph, node, 0).dtype == DType::boolean, "a boolean condition");
  check(a.dtype == in(graph, node, 2).dtype, "branches of one dtype; convert with cast");
  check.one_shape();
  result(node, a.dtype, a.shape);
}

void reduction(const Graph& graph, Node& node) {
  const Node& x = in(graph, node, 0);
  const Check check{graph, node};
  check(x.dtype != DType::boolean, "numbers; convert booleans with cast");
  check.axes(x.shape.size());
  if (node.operation != Operation::reduce_sum)
    for (const size_t axis : node.attributes.axes)
      check(x.shape[axis] > 0, "at least one element along the axes");
  const bool index = node.operation == Operation::argmax;
  check(!index || node.attributes.axes.size() == 1, "one axis");
  result(node, index ? DType::int32 : x.dtype, without(x.shape, node.attributes.axes));
}

void reshape_to(const Graph& graph, Node& node) {
  const Node& x = in(graph, node, 0);
  Check{graph, node}(element_count(node.shape) == element_count(x.shape),
                     fmt::format("a shape of {} elements", element_count(x.shape)));
  node.dtype = x.dtype;
}

void transpose(const Graph& graph, Node& node) {
  const Node& x = in(graph, node, 0);
  const auto& permutation = node.attributes.axes;
  std::vector<size_t> sorted = permutation;
  std::ranges::sort(sorted);
  bool right = sorted.size() == x.shape.size();
  for (size_t axis = 0; axis < sorted.size(); ++axis) right = right && sorted[axis] == axis;
  Check{graph, node}(right, "a permutation of the axes");
  Shape out;
  for (const size_t axis : permutation) out.push_back(x.shape[axis]);
  result(node, x.dtype, out);
}

void broadcast_to(const Graph& graph, Node& node) {
  const Node& x = in(graph, node, 0);
  Check{graph, node}(broadcasts_to(x.shape, node.shape),
                     "extents that are 1 or equal, aligned at the right");
  result(node, x.dtype, node.shape);
}

void slice(const Graph& graph, Node& node) {
  const Node& x = in(graph, node, 0);
  const auto &low = node.attributes.low, &high = node.attributes.high, &step = node.attributes.step;
  const size_t rank = x.shape.size();
  const Check check{graph, node};
  check(low.size() == rank && high.size() == rank && step.size() == rank,
        "start, stop and stride for each axis");
  Shape out;
  for (size_t i = 0; i < rank; ++i) {
    check(low[i] <= high[i] && high[i] <= x.shape[i] && step[i] > 0,
          "start <= stop <= extent and stride >= 1");
    out.push_back((high[i] - low[i] + step[i] - 1) / step[i]);
  }
  result(node, x.dtype, out);
}

void pad(const Graph& graph, Node& node) {
  const Node& x = in(graph, node, 0);
  const Attributes& a = node.attributes;
  const size_t rank = x.shape.size();
  const Check check{graph, node};
  check(a.low.size() == rank && a.high.size() == rank && a.step.size() == rank,
        "low, high and interior for each axis");
  Shape out;
  for (size_t i = 0; i < rank; ++i) {
    check(std::max({x.shape[i], a.low[i], a.high[i], a.step[i]}) < largest, "numbers below 2^31");
    const size_t inside = x.shape[i] == 0 ? 0 : (x.shape[i] - 1) * (a.step[i] + 1) + 1;
    out.push_back(a.low[i] + inside + a.high[i]);
  }
  result(node, x.dtype, out);
}

void concatenate(const Graph& graph, Node& node) {
  const Check check{graph, node};
  check(!node.inputs.empty() && node.attributes.axes.size() == 1, "at least one input, one axis");
  const Node& first = in(graph, node, 0);
  const size_t axis = node.attributes.axes[0];
  check.one_dtype();
  check(axis < first.shape.size(), "an axis of the inputs");
  Shape out = first.shape;
  out[axis] = 0;
  for (const NodeId id : node.inputs) {
    const Node& part = graph[id];
    check(part.shape.size() == out.size() &&
              without(part.shape, {axis}) == without(first.shape, {axis}),
          fmt::format("inputs that differ along axis {} only", axis));
    out[axis] += part.shape[axis];
  }
  result(node, first.dtype, out);
}

void reverse(const Graph& graph, Node& node) {
  Check{graph, node}.axes(in(graph, node, 0).shape.size());
  unchanged(graph, node);
}

void gather(const Graph& graph, Node& node) {
  const Node &table = in(graph, node, 0), &indices = in(graph, node, 1);
  const Check check{graph, node};
  check.indices(indices);
  check(!table.shape.empty(), "a table with at least one axis");
  Shape out = indices.shape;
  out.insert(out.end(), table.shape.begin() + 1, table.shape.end());
  result(node, table.dtype, out);
}

void scatter_add_to(const Graph& graph, Node& node) {
  const Node &updates = in(graph, node, 0), &indices = in(graph, node, 1);
  const Check check{graph, node};
  check.indices(indices);
  check(updates.dtype != DType::boolean && !node.shape.empty(), "numbers, and [rows, tail...]");
  Shape due = indices.shape;
  due.insert(due.end(), node.shape.begin() + 1, node.shape.end());
  check(updates.shape == due, "updates of shape " + to_text(due));
  result(node, updates.dtype, node.shape);
}

void matmul(const Graph& graph, Node& node) {
  const Node &a = in(graph, node, 0), &b = in(graph, node, 1);
  const Check check{graph, node};
  check.floating();
  const size_t rank = a.shape.size();
  check(rank >= 2 && b.shape.size() == rank &&
            std::equal(a.shape.begin(), a.shape.end() - 2, b.shape.begin()),
        "matrices with equal leading axes");
  const bool ta = node.attributes.transpose_a, tb = node.attributes.transpose_b;
  const size_t inner = a.shape[rank - (ta ? 2 : 1)];
  check(b.shape[rank - (tb ? 1 : 2)] == inner,
        fmt::format("equal inner sizes, {} for the second{}", inner, tb ? " (transposed)" : ""));
  Shape out = a.shape;
  out[rank - 2] = a.shape[rank - (ta ? 1 : 2)];
  out[rank - 1] = b.shape[rank - (tb ? 2 : 1)];
  result(node, a.dtype, out);
}

// The gradients are those of an output dy of the shape that convolution(x, w) has.
void convolution(const Graph& graph, Node& node) {
  const Check check{graph, node};
  check.floating();
  const Shape &a = in(graph, node, 0).shape, &b = in(graph, node, 1).shape;
  const bool by_x = node.operation == Operation::convolution_input_gradient;
  const bool by_w = node.operation == Operation::convolution_weight_gradient;
  const Shape y = convolved(check, by_x ? node.shape : a, by_w ? node.shape : b);
  if (by_x || by_w) check((by_x ? a : b) == y, "the gradient of an output of shape " + to_text(y));
  result(node, in(graph, node, 0).dtype, by_x || by_w ? node.shape : y);
}

void pool(const Graph& graph, Node& node) {
  const Check check{graph, node};
  check.floating();
  const Node& x = in(graph, node, 0);
  if (node.operation == Operation::average_pool_gradient) {
    const Shape due = pooled(check, node.shape);
    check(x.shape == due, "the gradient of an output of shape " + to_text(due));
    return result(node, x.dtype, node.shape);
  }
  const bool indices = node.operation == Operation::max_pool_indices;
  result(node, indices ? DType::int32 : x.dtype, pooled(check, x.shape));
}

void pool_gather(const Graph& graph, Node& node) {
  const Node &x = in(graph, node, 0), &indices = in(graph, node, 1);
  const Check check{graph, node};
  check.indices(indices);
  check(x.shape.size() > 2 && x.shape.size() == indices.shape.size() &&
            std::equal(x.shape.begin(), x.shape.begin() + 2, indices.shape.begin()),
        "[batch, channel, spatial...] and indices with the same batch and channels");
  result(node, x.dtype, indices.shape);
}

void pool_scatter_to(const Graph& graph, Node& node) {
  const Node &dy = in(graph, node, 0), &indices = in(graph, node, 1);
  const Check check{graph, node};
  check.indices(indices);
  check(is_floating(dy.dtype) && dy.shape == indices.shape, "an index for each number");
  check(node.shape.size() > 2 && node.shape.size() == dy.shape.size() &&
            std::equal(dy.shape.begin(), dy.shape.begin() + 2, node.shape.begin()),
        "a result with the same batch and channels");
  result(node, dy.dtype, node.shape);
}

void random_uniform_to(const Graph& graph, Node& node) {
  const Node& keys = in(graph, node, 0);
  const Check check{graph, node};
  const size_t rows = keys.shape.empty() ? 0 : keys.shape.size() - 1;
  check(keys.dtype == DType::int32 && !keys.shape.empty() && keys.shape.back() == 2,
        "keys of dtype int32 and shape [rows..., 2]");
  check(node.shape.size() >= rows &&
            std::equal(keys.shape.begin(), keys.shape.end() - 1, node.shape.begin()),
        "a result of shape [rows..., tail...]");
  check(node.dtype == DType::float32 || node.dtype == DType::float64, "float32 or float64");
  element_count(node.shape);
}

void unchanged(const Graph& graph, Node& node) {
  result(node, in(graph, node, 0).dtype, in(graph, node, 0).shape);
}

void custom(const Graph& graph, Node& node) {
  const auto& operation = node.attributes.custom;
  Check{graph, node}(operation && operation->infer && operation->compute,
                     "an operation with infer and compute");
  std::vector<CustomOperation::Tensor> inputs;
  for (const NodeId id : node.inputs) inputs.push_back({graph[id].dtype, graph[id].shape});
  const auto [dtype, shape] = operation->infer(inputs);
  result(node, dtype, shape);
}

}  // namespace thalweg::shape_rule
