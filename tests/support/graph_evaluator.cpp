#include "tests/support/graph_evaluator.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "tests/support/scalar_operation.hpp"
#include "thalweg/base/error.hpp"
#include "thalweg/base/random.hpp"

namespace thalweg {
namespace {

using Index = std::vector<size_t>;
using Op = Operation;

size_t offset(const Shape& shape, const Index& index) {
  size_t out = 0;
  for (size_t axis = 0; axis < shape.size(); ++axis) out = out * shape[axis] + index[axis];
  return out;
}

// Calls function(index) for every element.
template <class Function>
void each(const Shape& shape, Function&& function) {
  Index index(shape.size());
  for (size_t count = element_count(shape); count > 0; --count) {
    function(static_cast<const Index&>(index));
    for (size_t axis = shape.size(); axis-- > 0;) {
      if (++index[axis] < shape[axis]) break;
      index[axis] = 0;
    }
  }
}

// Calls function(place, tap, inside) for each window place and each tap of it that is not padding:
// indices over the places, over the window, and over the spatial axes of the input.
template <class Function>
void each_tap(const Attributes& a, const Shape& places, const Shape& window, const Shape& spatial,
              Function&& function) {
  each(places, [&](const Index& place) {
    each(window, [&](const Index& tap) {
      Index inside(spatial.size());
      for (size_t i = 0; i < spatial.size(); ++i) {
        const size_t dilation = a.dilation.empty() ? 1 : a.dilation[i];
        inside[i] = place[i] * a.stride[i] + tap[i] * dilation - a.padding_low[i];
        if (inside[i] >= spatial[i]) return;  // below 0 wraps to a large number
      }
      function(place, tap, inside);
    });
  });
}

Shape behind(const Shape& shape, size_t axes) {
  return {shape.begin() + static_cast<long>(axes), shape.end()};
}

Index joined(size_t a, size_t b, const Index& rest) {
  Index out = {a, b};
  out.insert(out.end(), rest.begin(), rest.end());
  return out;
}

size_t checked(double index, size_t rows) {
  if (!(index >= 0 && index < static_cast<double>(rows)))
    fail("evaluate: index {} is outside [0, {})", index, rows);
  return static_cast<size_t>(index);
}

// y[n, o, p] += sum x[n, c, s] w[o, c', t]: calls function with the three offsets of each product.
template <class Function>
void each_product(const Attributes& a, const Shape& x, const Shape& w, const Shape& y,
                  Function&& function) {
  const size_t in_group = w[1], out_group = w[0] / a.groups;
  each_tap(a, behind(y, 2), behind(w, 2), behind(x, 2),
           [&](const Index& place, const Index& tap, const Index& inside) {
             for (size_t n = 0; n < x[0]; ++n)
               for (size_t o = 0; o < w[0]; ++o)
                 for (size_t c = 0; c < in_group; ++c)
                   function(offset(x, joined(n, o / out_group * in_group + c, inside)),
                            offset(w, joined(o, c, tap)), offset(y, joined(n, o, place)));
           });
}

std::vector<double> run_custom(const Node& node, const std::vector<const Array*>& in,
                               const std::vector<DType>& dtypes) {
  // Numbers of the dtype from doubles, and back.
  const auto packed = [](DType dtype, const std::vector<double>& values) {
    std::vector<std::byte> out(values.size() * size_of(dtype));
    for (size_t i = 0; i < values.size(); ++i) {
      if (dtype == DType::float64)
        reinterpret_cast<double*>(out.data())[i] = values[i];
      else if (dtype == DType::float32)
        reinterpret_cast<float*>(out.data())[i] = static_cast<float>(values[i]);
      else if (dtype == DType::int32)
        reinterpret_cast<int32_t*>(out.data())[i] = static_cast<int32_t>(values[i]);
      else
        throw std::logic_error("evaluate: custom operations on float64, float32 and int32 only");
    }
    return out;
  };
  std::vector<std::vector<std::byte>> storage;
  std::vector<CustomOperation::Tensor> tensors;
  std::vector<const void*> pointers;
  for (size_t i = 0; i < in.size(); ++i) {
    storage.push_back(packed(dtypes[i], in[i]->values));
    tensors.push_back({dtypes[i], in[i]->shape});
  }
  for (const auto& bytes : storage) pointers.push_back(bytes.data());
  std::vector<double> out(element_count(node.shape));
  auto result = packed(node.dtype, out);
  node.attributes.custom->compute(tensors, pointers, result.data());
  for (size_t i = 0; i < out.size(); ++i)
    out[i] = node.dtype == DType::float64 ? reinterpret_cast<double*>(result.data())[i]
             : node.dtype == DType::float32
                 ? static_cast<double>(reinterpret_cast<float*>(result.data())[i])
                 : static_cast<double>(reinterpret_cast<int32_t*>(result.data())[i]);
  return out;
}

void matmul(const Node& node, const Array& a, const Array& b, std::vector<double>& y) {
  const size_t rank = node.shape.size();
  const size_t inner = a.shape[rank - (node.attributes.transpose_a ? 2 : 1)];
  each(node.shape, [&](const Index& at) {
    Index left = at, right = at;
    double sum = 0;
    for (size_t k = 0; k < inner; ++k) {
      left[rank - 2] = at[rank - 2], left[rank - 1] = k;
      right[rank - 2] = k, right[rank - 1] = at[rank - 1];
      if (node.attributes.transpose_a) std::swap(left[rank - 2], left[rank - 1]);
      if (node.attributes.transpose_b) std::swap(right[rank - 2], right[rank - 1]);
      sum += a.values[offset(a.shape, left)] * b.values[offset(b.shape, right)];
    }
    y[offset(node.shape, at)] = sum;
  });
}

void pool(const Node& node, const Array& x, std::vector<double>& y) {
  const Attributes& a = node.attributes;
  const bool backward = node.operation == Op::average_pool_gradient;
  const Shape& large = backward ? node.shape : x.shape;
  const Shape& small = backward ? x.shape : node.shape;
  const double share = 1 / static_cast<double>(element_count(a.window));
  const Shape spatial = behind(large, 2);
  for (size_t n = 0; n < large[0]; ++n)
    for (size_t c = 0; c < large[1]; ++c) {
      std::vector<double> best(element_count(small), NAN);
      std::vector<bool> seen(best.size());
      each_tap(a, behind(small, 2), a.window, spatial,
               [&](const Index& place, const Index&, const Index& inside) {
                 const size_t at = offset(small, joined(n, c, place));
                 const size_t from = offset(large, joined(n, c, inside));
                 if (backward) {
                   y[from] += share * x.values[at];
                 } else if (node.operation == Op::average_pool) {
                   y[at] += share * x.values[from];
                 } else if (const double value = x.values[from];
                            !seen[at] || value > best[at] ||
                            (std::isnan(value) && !std::isnan(best[at]))) {
                   seen[at] = true;
                   best[at] = value;
                   y[at] = static_cast<double>(offset(spatial, inside));
                 }
               });
    }
}

void reduce(const Node& node, const Array& x, std::vector<double>& y) {
  const auto& axes = node.attributes.axes;
  const bool sum = node.operation == Op::reduce_sum;
  std::vector<double> best(y.size(), sum ? 0 : -std::numeric_limits<double>::infinity());
  std::vector<bool> seen(y.size());
  each(x.shape, [&](const Index& index) {
    Index kept;
    for (size_t axis = 0; axis < index.size(); ++axis)
      if (!std::binary_search(axes.begin(), axes.end(), axis)) kept.push_back(index[axis]);
    const size_t at = offset(node.shape, kept);
    const double value = x.values[offset(x.shape, index)];
    if (sum) {
      best[at] += value;
    } else if (!seen[at] || value > best[at] || (std::isnan(value) && !std::isnan(best[at]))) {
      seen[at] = true;
      best[at] = value;
      if (node.operation == Op::argmax) y[at] = static_cast<double>(index[axes[0]]);
    }
  });
  if (node.operation != Op::argmax) y = best;
}

void random_uniform(const Node& node, const Array& keys, std::vector<double>& y) {
  const size_t rows = keys.values.size() / 2;
  const size_t tail = rows == 0 ? 0 : y.size() / rows;
  for (size_t row = 0; row < rows; ++row)
    for (uint64_t i = 0; i < tail; ++i) {
      const auto key = [&](size_t word) {
        return static_cast<uint32_t>(static_cast<int32_t>(keys.values[2 * row + word]));
      };
      const auto bits = philox({static_cast<uint32_t>(i / 4), static_cast<uint32_t>((i / 4) >> 32),
                                node.attributes.stream, 0},
                               {key(0), key(1)});
      y[row * tail + i] = std::ldexp(bits[i % 4] >> 8, -24);
    }
}

std::vector<double> compute(const Graph& graph, const Node& node,
                            const std::vector<const Array*>& in) {
  const Attributes& a = node.attributes;
  const Shape& shape = node.shape;
  std::vector<double> y(element_count(shape));
  const auto fill = [&](auto&& value) {
    each(shape, [&](const Index& index) { y[offset(shape, index)] = value(index); });
    return y;
  };
  const auto at = [&](size_t i, const Index& index) {
    return in[i]->values[offset(in[i]->shape, index)];
  };
  const std::vector<double>* x = in.empty() ? nullptr : &in[0]->values;
  switch (node.operation) {
    case Op::input:
      fail("evaluate: no value for input \"{}\"", a.name);
    case Op::constant:
      return a.values;
    case Op::iota:
      return fill([&](const Index& index) { return static_cast<double>(index[a.axes[0]]); });
    case Op::cast:
      for (size_t i = 0; i < y.size(); ++i) y[i] = scalar_cast(node.dtype, (*x)[i]);
      return y;
    case Op::select:
      for (size_t i = 0; i < y.size(); ++i)
        y[i] = (*x)[i] != 0 ? in[1]->values[i] : in[2]->values[i];
      return y;
    case Op::reduce_sum:
    case Op::reduce_max:
    case Op::argmax:
      reduce(node, *in[0], y);
      return y;
    case Op::reshape:
    case Op::stop_gradient:
    case Op::barrier:
      return *x;
    case Op::transpose:
      return fill([&](const Index& index) {
        Index from(index.size());
        for (size_t i = 0; i < index.size(); ++i) from[a.axes[i]] = index[i];
        return at(0, from);
      });
    case Op::broadcast_to:
      return fill([&](const Index& index) {
        const Shape& small = in[0]->shape;
        Index from(index.end() - static_cast<long>(small.size()), index.end());
        for (size_t i = 0; i < small.size(); ++i)
          if (small[i] == 1) from[i] = 0;
        return at(0, from);
      });
    case Op::slice:
      return fill([&](Index index) {
        for (size_t i = 0; i < index.size(); ++i) index[i] = a.low[i] + index[i] * a.step[i];
        return at(0, index);
      });
    case Op::pad:
      each(in[0]->shape, [&](const Index& index) {
        Index to = index;
        for (size_t i = 0; i < to.size(); ++i) to[i] = a.low[i] + index[i] * (a.step[i] + 1);
        y[offset(shape, to)] = at(0, index);
      });
      return y;
    case Op::concatenate:
      return fill([&](Index index) {
        size_t part = 0;
        for (size_t& i = index[a.axes[0]]; i >= in[part]->shape[a.axes[0]]; ++part)
          i -= in[part]->shape[a.axes[0]];
        return at(part, index);
      });
    case Op::reverse:
      return fill([&](Index index) {
        for (const size_t axis : a.axes) index[axis] = shape[axis] - 1 - index[axis];
        return at(0, index);
      });
    case Op::gather:
    case Op::scatter_add: {
      const bool scatter = node.operation == Op::scatter_add;
      const size_t rows = (scatter ? shape : in[0]->shape)[0];
      const size_t tail = element_count(behind(scatter ? shape : in[0]->shape, 1));
      for (size_t place = 0; place < in[1]->values.size(); ++place) {
        const size_t row = checked(in[1]->values[place], rows);
        for (size_t i = 0; i < tail; ++i)
          if (scatter)
            y[row * tail + i] += (*x)[place * tail + i];
          else
            y[place * tail + i] = (*x)[row * tail + i];
      }
      return y;
    }
    case Op::matmul:
      matmul(node, *in[0], *in[1], y);
      return y;
    case Op::convolution:
      each_product(a, in[0]->shape, in[1]->shape, shape,
                   [&](size_t ix, size_t iw, size_t iy) { y[iy] += (*x)[ix] * in[1]->values[iw]; });
      return y;
    case Op::convolution_input_gradient:
      each_product(a, shape, in[1]->shape, in[0]->shape,
                   [&](size_t ix, size_t iw, size_t iy) { y[ix] += (*x)[iy] * in[1]->values[iw]; });
      return y;
    case Op::convolution_weight_gradient:
      each_product(a, in[0]->shape, shape, in[1]->shape,
                   [&](size_t ix, size_t iw, size_t iy) { y[iw] += (*x)[ix] * in[1]->values[iy]; });
      return y;
    case Op::max_pool_indices:
    case Op::average_pool:
    case Op::average_pool_gradient:
      pool(node, *in[0], y);
      return y;
    case Op::pool_gather:
    case Op::pool_scatter: {
      const bool scatter = node.operation == Op::pool_scatter;
      const size_t spatial = element_count(behind(scatter ? shape : in[0]->shape, 2));
      const size_t places = element_count(behind(in[1]->shape, 2));
      for (size_t i = 0; i < in[1]->values.size(); ++i) {
        const size_t from = i / places * spatial + checked(in[1]->values[i], spatial);
        if (scatter)
          y[from] += (*x)[i];
        else
          y[i] = (*x)[from];
      }
      return y;
    }
    case Op::random_uniform:
      random_uniform(node, *in[0], y);
      return y;
    case Op::custom: {
      std::vector<DType> dtypes;
      for (const NodeId id : node.inputs) dtypes.push_back(graph[id].dtype);
      return run_custom(node, in, dtypes);
    }
    default:
      for (size_t i = 0; i < y.size(); ++i)
        y[i] = in.size() == 1 ? scalar_operation(node.operation, (*x)[i])
                              : scalar_operation(node.operation, (*x)[i], in[1]->values[i]);
      return y;
  }
}

}  // namespace

std::vector<Array> evaluate(std::span<const Symbol> outputs,
                            const std::map<NodeId, Array>& inputs) {
  if (outputs.empty()) return {};
  const Graph& graph = outputs[0].graph();
  std::vector<bool> needed(graph.size());
  for (const Symbol output : outputs) needed[output.id()] = true;
  for (NodeId id = graph.size(); id-- > 0;)
    if (needed[id] && !inputs.contains(id))
      for (const NodeId input : graph[id].inputs) needed[input] = true;
  std::vector<Array> values(graph.size());
  for (NodeId id = 0; id < graph.size(); ++id) {
    if (!needed[id]) continue;
    const Node& node = graph[id];
    if (const auto given = inputs.find(id); given != inputs.end()) {
      if (given->second.shape != node.shape)
        fail("evaluate: node {} is given {}; expected {}", id, to_text(given->second.shape),
             to_text(node.shape));
      values[id] = given->second;
      continue;
    }
    std::vector<const Array*> in;
    for (const NodeId input : node.inputs) in.push_back(&values[input]);
    values[id] = {node.shape, compute(graph, node, in)};
  }
  std::vector<Array> out;
  for (const Symbol output : outputs) out.push_back(values[output.id()]);
  return out;
}

Array evaluate(Symbol output, const std::map<NodeId, Array>& inputs) {
  return evaluate(std::span(&output, 1), inputs)[0];
}

}  // namespace thalweg
