#include "thalweg/graph/symbol.hpp"

#include <algorithm>
#include <numeric>

#include "thalweg/base/error.hpp"

namespace thalweg {
namespace {

using Inputs = std::vector<Symbol>;

Symbol record(Operation operation, const Inputs& inputs, Attributes attributes = {},
              DType dtype = DType::float32, Shape shape = {}) {
  Graph& graph = inputs.at(0).graph();
  std::vector<NodeId> ids;
  for (const Symbol input : inputs) {
    if (&input.graph() != &graph)
      fail("{}: inputs of two graphs; trace them into one", row(operation).name);
    ids.push_back(input.id());
  }
  return graph.record({operation, std::move(ids), std::move(attributes), dtype, std::move(shape)});
}

// Repeated to one shape.
Inputs together(Operation operation, Inputs inputs) {
  Shape shape = inputs[0].shape();
  for (const Symbol input : inputs) {
    const auto joint = broadcast(shape, input.shape());
    if (!joint)
      fail("{}: found shapes {} and {}; expected extents that are equal or 1, aligned at the right",
           row(operation).name, to_text(shape), to_text(input.shape()));
    shape = *joint;
  }
  for (Symbol& input : inputs) input = broadcast_to(input, shape);
  return inputs;
}

// Counted from the front, ascending.
std::vector<size_t> from_front(Operation operation, const Shape& shape, const Axes& axes) {
  std::vector<size_t> out;
  const int rank = static_cast<int>(shape.size());
  for (const int axis : axes) {
    if (axis < -rank || axis >= rank)
      fail("{}: found axis {} of {}; expected one in [{}, {}]", row(operation).name, axis,
           to_text(shape), -rank, rank - 1);
    out.push_back(static_cast<size_t>(axis < 0 ? axis + rank : axis));
  }
  std::sort(out.begin(), out.end());
  return out;
}

Attributes with_axes(Operation operation, Symbol x, const Axes& axes) {
  Attributes out;
  out.axes = from_front(operation, x.shape(), axes);
  return out;
}

Axes all_axes(Symbol x) {
  Axes axes(x.rank());
  std::iota(axes.begin(), axes.end(), 0);
  return axes;
}

Attributes with_window(const Window& window) {
  Attributes out;
  out.stride = window.stride;
  out.padding_low = window.padding_low;
  out.padding_high = window.padding_high;
  out.dilation = window.dilation;
  out.groups = window.groups;
  return out;
}

Attributes with_window(const std::vector<size_t>& extents, const Window& window) {
  Attributes out = with_window(window);
  out.window = extents;
  return out;
}

// A slice or pad; `usual` is the step of every axis where none are given.
Symbol moved(Operation operation, Symbol x, const std::vector<size_t>& low,
             const std::vector<size_t>& high, const std::vector<size_t>& step, size_t usual) {
  Attributes attributes;
  attributes.low = low;
  attributes.high = high;
  attributes.step = step.empty() ? std::vector<size_t>(x.rank(), usual) : step;
  return record(operation, {x}, std::move(attributes));
}

}  // namespace

Symbol Term::with(Symbol other) const {
  return symbol_ ? symbol_ : other.graph().constant(value_, other.dtype());
}

Symbol elementwise(Operation operation, Symbol x) { return record(operation, {x}); }

Symbol elementwise(Operation operation, Term a, Term b) {
  if (!a.symbol() && !b.symbol()) throw std::logic_error("two numbers make no symbol");
  const Symbol known = a.symbol() ? a.symbol() : b.symbol();
  return record(operation, together(operation, {a.with(known), b.with(known)}));
}

Symbol cast(Symbol x, DType dtype) {
  return x.dtype() == dtype ? x : record(Operation::cast, {x}, {}, dtype);
}

Symbol select(Symbol condition, Term a, Term b) {
  if (!a.symbol() && !b.symbol()) throw std::logic_error("select: two numbers have no dtype");
  const Symbol known = a.symbol() ? a.symbol() : b.symbol();
  return record(Operation::select,
                together(Operation::select, {condition, a.with(known), b.with(known)}));
}

Symbol reduce_sum(Symbol x, const Axes& axes) {
  if (axes.empty()) return x;
  return record(Operation::reduce_sum, {x}, with_axes(Operation::reduce_sum, x, axes));
}

Symbol reduce_sum(Symbol x) { return reduce_sum(x, all_axes(x)); }

Symbol reduce_max(Symbol x, const Axes& axes) {
  if (axes.empty()) return x;
  return record(Operation::reduce_max, {x}, with_axes(Operation::reduce_max, x, axes));
}

Symbol mean(Symbol x, const Axes& axes) {
  double count = 1;
  for (const size_t axis : from_front(Operation::reduce_sum, x.shape(), axes))
    count *= static_cast<double>(x.extent(axis));
  return reduce_sum(x, axes) / count;
}

Symbol mean(Symbol x) { return mean(x, all_axes(x)); }

Symbol variance(Symbol x, const Axes& axes) {
  const Symbol centered = x - spread(mean(x, axes), x.shape(), axes);
  return mean(centered * centered, axes);
}

Symbol argmax(Symbol x, int axis) {
  return record(Operation::argmax, {x}, with_axes(Operation::argmax, x, {axis}));
}

Symbol spread(Symbol reduced, const Shape& shape, const Axes& axes) {
  Shape kept = shape;
  for (const size_t axis : from_front(Operation::broadcast_to, shape, axes)) kept[axis] = 1;
  return broadcast_to(reshape(reduced, kept), shape);
}

Symbol reshape(Symbol x, Shape shape) {
  if (x.shape() == shape) return x;
  return record(Operation::reshape, {x}, {}, x.dtype(), std::move(shape));
}

Symbol transpose(Symbol x, const std::vector<size_t>& permutation) {
  Attributes attributes;
  attributes.axes = permutation;
  return record(Operation::transpose, {x}, std::move(attributes));
}

Symbol broadcast_to(Symbol x, const Shape& shape) {
  if (x.shape() == shape) return x;
  return record(Operation::broadcast_to, {x}, {}, x.dtype(), shape);
}

Symbol slice(Symbol x, const std::vector<size_t>& start, const std::vector<size_t>& stop,
             const std::vector<size_t>& stride) {
  return moved(Operation::slice, x, start, stop, stride, 1);
}

Symbol pad(Symbol x, const std::vector<size_t>& low, const std::vector<size_t>& high,
           const std::vector<size_t>& interior) {
  return moved(Operation::pad, x, low, high, interior, 0);
}

Symbol concatenate(std::span<const Symbol> parts, int axis) {
  if (parts.empty()) fail("concatenate: found no inputs; expected at least one");
  return record(Operation::concatenate, {parts.begin(), parts.end()},
                with_axes(Operation::concatenate, parts[0], {axis}));
}

Symbol reverse(Symbol x, const Axes& axes) {
  return record(Operation::reverse, {x}, with_axes(Operation::reverse, x, axes));
}

Symbol gather(Symbol table, Symbol indices) { return record(Operation::gather, {table, indices}); }

Symbol scatter_add(Symbol updates, Symbol indices, size_t rows) {
  Shape shape = {rows};
  if (updates.rank() > indices.rank())
    shape.insert(shape.end(), updates.shape().begin() + static_cast<long>(indices.rank()),
                 updates.shape().end());
  return record(Operation::scatter_add, {updates, indices}, {}, updates.dtype(), std::move(shape));
}

Symbol one_hot(Symbol labels, size_t classes, DType dtype) {
  Shape shape = labels.shape();
  shape.push_back(classes);
  const Symbol index = labels.graph().iota(labels.dtype(), shape, labels.rank());
  return cast(equal(index, spread(labels, shape, {-1})), dtype);
}

Symbol matmul(Symbol a, Symbol b, Transposed a_transposed, Transposed b_transposed) {
  const auto product = [&](Symbol left, Symbol right) {
    Attributes attributes;
    attributes.transpose_a = a_transposed == Transposed::yes;
    attributes.transpose_b = b_transposed == Transposed::yes;
    return record(Operation::matmul, {left, right}, std::move(attributes));
  };
  if (a.rank() > 2 && b.rank() == 2 && a_transposed == Transposed::no) {
    Shape shape = a.shape();
    const size_t rows = element_count(Shape(shape.begin(), shape.end() - 1));
    const Symbol y = product(reshape(a, {rows, shape.back()}), b);
    shape.back() = y.extent(1);
    return reshape(y, std::move(shape));
  }
  const auto leading = [](Symbol x) {
    return Shape(x.shape().begin(), x.shape().end() - std::min<long>(2, x.shape().size()));
  };
  const auto repeated = [&](Symbol x, Shape shape) {
    shape.insert(shape.end(), x.shape().begin() + static_cast<long>(leading(x).size()),
                 x.shape().end());
    return broadcast_to(x, shape);
  };
  // Where there is no common shape, the rule says what is wrong.
  const auto joint = broadcast(leading(a), leading(b));
  return joint ? product(repeated(a, *joint), repeated(b, *joint)) : product(a, b);
}

Window Window::uniform(size_t axes, size_t stride, size_t padding, size_t dilation, size_t groups) {
  const auto repeat = [&](size_t value) { return std::vector<size_t>(axes, value); };
  return {repeat(stride), repeat(padding), repeat(padding), repeat(dilation), groups};
}

Symbol convolution(Symbol x, Symbol w, const Window& window) {
  return record(Operation::convolution, {x, w}, with_window(window));
}

Symbol convolution_input_gradient(Symbol dy, Symbol w, const Window& window, Shape x) {
  return record(Operation::convolution_input_gradient, {dy, w}, with_window(window), dy.dtype(),
                std::move(x));
}

Symbol convolution_weight_gradient(Symbol x, Symbol dy, const Window& window, Shape w) {
  return record(Operation::convolution_weight_gradient, {x, dy}, with_window(window), x.dtype(),
                std::move(w));
}

Symbol max_pool_indices(Symbol x, const std::vector<size_t>& extents, const Window& window) {
  return record(Operation::max_pool_indices, {x}, with_window(extents, window));
}

Symbol pool_gather(Symbol x, Symbol indices) {
  return record(Operation::pool_gather, {x, indices});
}

Symbol pool_scatter(Symbol dy, Symbol indices, Shape x) {
  return record(Operation::pool_scatter, {dy, indices}, {}, dy.dtype(), std::move(x));
}

Symbol max_pool(Symbol x, const std::vector<size_t>& extents, const Window& window) {
  return pool_gather(x, max_pool_indices(x, extents, window));
}

Symbol average_pool(Symbol x, const std::vector<size_t>& extents, const Window& window) {
  return record(Operation::average_pool, {x}, with_window(extents, window));
}

Symbol random_uniform(Symbol keys, DType dtype, Shape shape, uint32_t stream) {
  Attributes attributes;
  attributes.stream = stream;
  return record(Operation::random_uniform, {keys}, std::move(attributes), dtype, std::move(shape));
}

Symbol stop_gradient(Symbol x) { return record(Operation::stop_gradient, {x}); }

Symbol barrier(Symbol value, Symbol after) { return record(Operation::barrier, {value, after}); }

Symbol custom(std::span<const Symbol> inputs, std::shared_ptr<const CustomOperation> operation) {
  if (inputs.empty()) fail("custom: found no inputs; expected at least one");
  Attributes attributes;
  attributes.custom = std::move(operation);
  return record(Operation::custom, {inputs.begin(), inputs.end()}, std::move(attributes));
}

}  // namespace thalweg
