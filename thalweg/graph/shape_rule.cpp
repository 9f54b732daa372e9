#include "thalweg/graph/shape_rule.hpp"

#include <algorithm>
#include <string_view>

#include "thalweg/base/error.hpp"
#include "thalweg/base/text.hpp"
#include "thalweg/graph/operation.hpp"

namespace thalweg {

void Proposal::expect(bool holds, std::string_view due) const {
  if (holds) return;
  std::vector<std::string> found;
  for (const NodeId id : node.inputs) found.push_back(describe(graph[id]));
  const std::string asked = node.shape.empty() ? "" : " to " + to_text(node.shape);
  fail("{}: found {}{}; expected {}", row(node.operation).name,
       found.empty() ? describe(node) : join(found, ", "), found.empty() ? "" : asked, due);
}

void Proposal::expect_axes() const {
  const auto& axes = node.attributes.axes;
  const bool ascend = std::ranges::adjacent_find(axes, std::greater_equal<>()) == axes.end();
  expect(ascend && (axes.empty() || axes.back() < input(0).shape.size()),
         "axes that exist, each once");
}

void Proposal::expect_one_dtype() const {
  for (const NodeId id : node.inputs)
    expect(graph[id].dtype == input(0).dtype, "inputs of one dtype; convert with cast");
}

void Proposal::expect_one_shape() const {
  for (const NodeId id : node.inputs)
    expect(graph[id].shape == input(0).shape, "inputs of one shape");
}

void Proposal::expect_floating() const {
  expect(is_floating(input(0).dtype), "floating numbers; convert with cast");
  expect_one_dtype();
}

void Proposal::expect_numbers() const {
  expect(input(0).dtype != DType::boolean, "numbers; convert booleans with cast");
}

void Proposal::expect_indices() const {
  expect(input(1).dtype == DType::int32, "indices of dtype int32");
}

void Proposal::result(DType dtype, Shape shape) {
  node.dtype = dtype;
  node.shape = std::move(shape);
}

}  // namespace thalweg

namespace thalweg::shape_rule {
namespace {

// Of what sizes are computed from, so that they do not overflow.
constexpr size_t largest = size_t{1} << 31;

void elementwise(Proposal& p) {
  p.expect_one_dtype();
  p.expect_one_shape();
  unchanged(p);
}

Shape without(const Shape& shape, const std::vector<size_t>& axes) {
  Shape out;
  for (size_t axis = 0; axis < shape.size(); ++axis)
    if (!std::binary_search(axes.begin(), axes.end(), axis)) out.push_back(shape[axis]);
  return out;
}

// What a convolution or pooling makes of the spatial axes, windows of `extents` over `x`.
Shape places(const Proposal& p, const Shape& x, const Shape& extents) {
  const Attributes& a = p.node.attributes;
  const size_t axes = x.size() - 2;
  p.expect(axes == 1 || axes == 2, "[batch, channel, length] or [batch, channel, height, width]");
  p.expect(extents.size() == axes && a.stride.size() == axes && a.padding_low.size() == axes &&
               a.padding_high.size() == axes && a.dilation.size() == axes,
           "window, stride, padding and dilation with a number for each spatial axis");
  Shape out;
  for (size_t i = 0; i < axes; ++i) {
    p.expect(extents[i] > 0 && a.stride[i] > 0 && a.dilation[i] > 0,
             "window, stride, dilation of at least 1");
    p.expect(std::max({x[2 + i], extents[i], a.stride[i], a.dilation[i], a.padding_low[i],
                       a.padding_high[i]}) < largest,
             "numbers below 2^31");
    const size_t covered = a.dilation[i] * (extents[i] - 1) + 1;
    const size_t padded = x[2 + i] + a.padding_low[i] + a.padding_high[i];
    p.expect(covered <= padded, "a window no larger than the padded input");
    out.push_back((padded - covered) / a.stride[i] + 1);
  }
  return out;
}

// The shape of convolution(x, w).
Shape convolved(const Proposal& p, const Shape& x, const Shape& w) {
  const size_t groups = p.node.attributes.groups;
  p.expect(x.size() == w.size() && x.size() > 2, "x and w of equal rank, 3 or 4");
  p.expect(groups > 0 && x[1] == w[1] * groups && w[0] % groups == 0,
           fmt::format("w of [{0} * n, channels / {0}, window...] for {0} groups", groups));
  Shape out = places(p, x, Shape(w.begin() + 2, w.end()));
  out.insert(out.begin(), {x[0], w[0]});
  return out;
}

// The shape of pooling over x.
Shape pooled(const Proposal& p, const Shape& x) {
  const Attributes& a = p.node.attributes;
  p.expect(x.size() > 2, "[batch, channel, length] or [batch, channel, height, width]");
  p.expect(a.groups == 1 && std::ranges::all_of(a.dilation, [](size_t d) { return d == 1; }),
           "neither groups nor dilation");
  Shape out = places(p, x, a.window);
  for (size_t i = 0; i < a.window.size(); ++i)
    p.expect(a.padding_low[i] < a.window[i] && a.padding_high[i] < a.window[i] && x[2 + i] > 0,
             "each window to hold an element: less padding than window");
  out.insert(out.begin(), {x[0], x[1]});
  return out;
}

// Of indices into the spatial axes of x.
void expect_channels(const Proposal& p, const Shape& x, const Shape& indices) {
  p.expect(x.size() > 2 && x.size() == indices.size() &&
               std::equal(x.begin(), x.begin() + 2, indices.begin()),
           "[batch, channel, spatial...] and indices with the same batch and channels");
}

}  // namespace

void input(Proposal& p) { p.expect(!p.node.attributes.name.empty(), "an input with a name"); }

void constant(Proposal& p) {
  p.expect(p.node.attributes.values.size() == element_count(p.node.shape),
           "a value for each element");
}

void iota(Proposal& p) {
  p.expect(p.node.dtype != DType::boolean, "a dtype of numbers");
  p.expect(p.node.attributes.axes.size() == 1 && p.node.attributes.axes[0] < p.node.shape.size(),
           "one axis of the shape");
}

void numbers(Proposal& p) {
  p.expect_numbers();
  elementwise(p);
}

void floating(Proposal& p) {
  p.expect_floating();
  elementwise(p);
}

void booleans(Proposal& p) {
  p.expect(p.input(0).dtype == DType::boolean, "booleans");
  elementwise(p);
}

void is_finite(Proposal& p) {
  floating(p);
  p.node.dtype = DType::boolean;
}

void cast(Proposal& p) { p.result(p.node.dtype, p.input(0).shape); }

void comparison(Proposal& p) {
  numbers(p);
  p.node.dtype = DType::boolean;
}

void select(Proposal& p) {
  const Node& a = p.input(1);
  p.expect(p.input(0).dtype == DType::boolean, "a boolean condition");
  p.expect(a.dtype == p.input(2).dtype, "branches of one dtype; convert with cast");
  p.expect_one_shape();
  p.result(a.dtype, a.shape);
}

void reduction(Proposal& p) {
  const Node& x = p.input(0);
  p.expect_numbers();
  p.expect_axes();
  if (p.node.operation != Operation::reduce_sum)
    for (const size_t axis : p.node.attributes.axes)
      p.expect(x.shape[axis] > 0, "at least one element along the axes");
  const bool index = p.node.operation == Operation::argmax;
  p.expect(!index || p.node.attributes.axes.size() == 1, "one axis");
  p.result(index ? DType::int32 : x.dtype, without(x.shape, p.node.attributes.axes));
}

void reshape_to(Proposal& p) {
  const Node& x = p.input(0);
  p.expect(element_count(p.node.shape) == element_count(x.shape),
           fmt::format("a shape of {} elements", element_count(x.shape)));
  p.node.dtype = x.dtype;
}

void transpose(Proposal& p) {
  const Node& x = p.input(0);
  const auto& permutation = p.node.attributes.axes;
  std::vector<size_t> sorted = permutation;
  std::ranges::sort(sorted);
  bool right = sorted.size() == x.shape.size();
  for (size_t axis = 0; axis < sorted.size(); ++axis) right = right && sorted[axis] == axis;
  p.expect(right, "a permutation of the axes");
  Shape out;
  for (const size_t axis : permutation) out.push_back(x.shape[axis]);
  p.result(x.dtype, out);
}

void broadcast_to(Proposal& p) {
  const Node& x = p.input(0);
  p.expect(broadcasts_to(x.shape, p.node.shape),
           "extents that are 1 or equal, aligned at the right");
  p.result(x.dtype, p.node.shape);
}

void slice(Proposal& p) {
  const Node& x = p.input(0);
  const auto &low = p.node.attributes.low, &high = p.node.attributes.high,
             &step = p.node.attributes.step;
  const size_t rank = x.shape.size();
  p.expect(low.size() == rank && high.size() == rank && step.size() == rank,
           "start, stop and stride for each axis");
  Shape out;
  for (size_t i = 0; i < rank; ++i) {
    p.expect(low[i] <= high[i] && high[i] <= x.shape[i] && step[i] > 0,
             "start <= stop <= extent and stride >= 1");
    out.push_back((high[i] - low[i] + step[i] - 1) / step[i]);
  }
  p.result(x.dtype, out);
}

void pad(Proposal& p) {
  const Node& x = p.input(0);
  const Attributes& a = p.node.attributes;
  const size_t rank = x.shape.size();
  p.expect(a.low.size() == rank && a.high.size() == rank && a.step.size() == rank,
           "low, high and interior for each axis");
  Shape out;
  for (size_t i = 0; i < rank; ++i) {
    p.expect(std::max({x.shape[i], a.low[i], a.high[i], a.step[i]}) < largest,
             "numbers below 2^31");
    const size_t inside = x.shape[i] == 0 ? 0 : (x.shape[i] - 1) * (a.step[i] + 1) + 1;
    out.push_back(a.low[i] + inside + a.high[i]);
  }
  p.result(x.dtype, out);
}

void concatenate(Proposal& p) {
  p.expect(!p.node.inputs.empty() && p.node.attributes.axes.size() == 1,
           "at least one input, one axis");
  const Node& first = p.input(0);
  const size_t axis = p.node.attributes.axes[0];
  p.expect_one_dtype();
  p.expect(axis < first.shape.size(), "an axis of the inputs");
  Shape out = first.shape;
  out[axis] = 0;
  for (const NodeId id : p.node.inputs) {
    const Node& part = p.graph[id];
    p.expect(part.shape.size() == out.size() &&
                 without(part.shape, {axis}) == without(first.shape, {axis}),
             fmt::format("inputs that differ along axis {} only", axis));
    out[axis] += part.shape[axis];
  }
  p.result(first.dtype, out);
}

void reverse(Proposal& p) {
  p.expect_axes();
  unchanged(p);
}

void gather(Proposal& p) {
  const Node &table = p.input(0), &indices = p.input(1);
  p.expect_indices();
  p.expect(!table.shape.empty(), "a table with at least one axis");
  Shape out = indices.shape;
  out.insert(out.end(), table.shape.begin() + 1, table.shape.end());
  p.result(table.dtype, out);
}

void scatter_add_to(Proposal& p) {
  const Node &updates = p.input(0), &indices = p.input(1);
  p.expect_indices();
  p.expect(updates.dtype != DType::boolean && !p.node.shape.empty(),
           "numbers, and [rows, tail...]");
  Shape due = indices.shape;
  due.insert(due.end(), p.node.shape.begin() + 1, p.node.shape.end());
  p.expect(updates.shape == due, "updates of shape " + to_text(due));
  p.result(updates.dtype, p.node.shape);
}

void matmul(Proposal& p) {
  const Node &a = p.input(0), &b = p.input(1);
  p.expect_floating();
  const size_t rank = a.shape.size();
  p.expect(rank >= 2 && b.shape.size() == rank &&
               std::equal(a.shape.begin(), a.shape.end() - 2, b.shape.begin()),
           "matrices with equal leading axes");
  const bool ta = p.node.attributes.transpose_a, tb = p.node.attributes.transpose_b;
  const size_t inner = a.shape[rank - (ta ? 2 : 1)];
  p.expect(b.shape[rank - (tb ? 1 : 2)] == inner,
           fmt::format("equal inner sizes, {} for the second{}", inner, tb ? " (transposed)" : ""));
  Shape out = a.shape;
  out[rank - 2] = a.shape[rank - (ta ? 1 : 2)];
  out[rank - 1] = b.shape[rank - (tb ? 2 : 1)];
  p.result(a.dtype, out);
}

// The gradients are those of an output dy of the shape that convolution(x, w) has.
void convolution(Proposal& p) {
  p.expect_floating();
  const Shape &a = p.input(0).shape, &b = p.input(1).shape;
  const bool by_x = p.node.operation == Operation::convolution_input_gradient;
  const bool by_w = p.node.operation == Operation::convolution_weight_gradient;
  const Shape y = convolved(p, by_x ? p.node.shape : a, by_w ? p.node.shape : b);
  if (by_x || by_w)
    p.expect((by_x ? a : b) == y, "the gradient of an output of shape " + to_text(y));
  p.result(p.input(0).dtype, by_x || by_w ? p.node.shape : y);
}

void pool(Proposal& p) {
  p.expect_floating();
  const Node& x = p.input(0);
  if (p.node.operation == Operation::average_pool_gradient) {
    const Shape due = pooled(p, p.node.shape);
    p.expect(x.shape == due, "the gradient of an output of shape " + to_text(due));
    return p.result(x.dtype, p.node.shape);
  }
  const bool indices = p.node.operation == Operation::max_pool_indices;
  p.result(indices ? DType::int32 : x.dtype, pooled(p, x.shape));
}

void pool_gather(Proposal& p) {
  p.expect_indices();
  expect_channels(p, p.input(0).shape, p.input(1).shape);
  p.result(p.input(0).dtype, p.input(1).shape);
}

void pool_scatter_to(Proposal& p) {
  p.expect_indices();
  p.expect(is_floating(p.input(0).dtype) && p.input(0).shape == p.input(1).shape,
           "an index for each number");
  expect_channels(p, p.node.shape, p.input(1).shape);
  p.result(p.input(0).dtype, p.node.shape);
}

void random_uniform_to(Proposal& p) {
  const Node& keys = p.input(0);
  const size_t rows = keys.shape.empty() ? 0 : keys.shape.size() - 1;
  p.expect(keys.dtype == DType::int32 && !keys.shape.empty() && keys.shape.back() == 2,
           "keys of dtype int32 and shape [rows..., 2]");
  p.expect(p.node.shape.size() >= rows &&
               std::equal(keys.shape.begin(), keys.shape.end() - 1, p.node.shape.begin()),
           "a result of shape [rows..., tail...]");
  p.expect(p.node.dtype == DType::float32 || p.node.dtype == DType::float64, "float32 or float64");
}

void unchanged(Proposal& p) { p.result(p.input(0).dtype, p.input(0).shape); }

void custom(Proposal& p) {
  const auto& operation = p.node.attributes.custom;
  p.expect(operation && operation->infer && operation->compute,
           "an operation with infer and compute");
  std::vector<CustomOperation::Tensor> inputs;
  for (const NodeId id : p.node.inputs) inputs.push_back({p.graph[id].dtype, p.graph[id].shape});
  const auto [dtype, shape] = operation->infer(inputs);
  p.result(dtype, shape);
}

}  // namespace thalweg::shape_rule
