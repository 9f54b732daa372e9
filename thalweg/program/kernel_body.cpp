#include "thalweg/program/kernel_body.hpp"

#include <fmt/format.h>

#include <stdexcept>

#include "thalweg/graph/operation.hpp"
#include "thalweg/kernel/pool_channels_last.hpp"
#include "thalweg/kernel/random_fill.hpp"
#include "thalweg/kernel/reduction.hpp"
#include "thalweg/kernel/rows.hpp"
#include "thalweg/kernel/strided_copy.hpp"

namespace thalweg {
namespace {

using Op = Operation;

// One copy of a box, or several into parts of the result.
auto copies(std::vector<StridedCopy> parts) {
  return [parts = std::move(parts)](void* const* at, void*) {
    for (size_t i = 0; i < parts.size(); ++i) parts[i].run(at[i], at[parts.size()]);
  };
}

PoolSize pool_size(const Node& node, const Shape& x) {
  const Attributes& a = node.attributes;
  const bool flat = x.size() == 3;
  PoolSize size;
  size.planes = x[0] * x[1];
  size.width = x.back();
  size.window_width = a.window.back(), size.stride_width = a.stride.back();
  size.left = a.padding_low.back(), size.right = a.padding_high.back();
  if (flat) return size;
  size.height = x[2];
  size.window_height = a.window[0], size.stride_height = a.stride[0];
  size.top = a.padding_low[0], size.bottom = a.padding_high[0];
  return size;
}

bool overlapping(const Attributes& pool) {
  for (size_t i = 0; i < pool.window.size(); ++i)
    if (pool.stride[i] < pool.window[i]) return true;
  return false;
}

// The operations that keep the channels innermost.
KernelRun pool_run(const Graph& graph, const Node& node) {
  const Shape &x = graph[node.inputs[0]].shape, &y = node.shape;
  const DType dtype = graph[node.inputs[0]].dtype;
  const size_t batch = y[0], channels = y[1];
  const size_t from = element_count(x) / (batch * channels);
  const size_t to = element_count(y) / (batch * channels);
  const auto of_samples = [&](const Node& pool, const Shape& shape) {
    PoolSize size = pool_size(pool, shape);
    size.planes = batch;
    return size;
  };
  const auto ints = [](void* at) { return static_cast<int32_t*>(at); };
  switch (node.operation) {
    case Op::pool_gather:
      return [=](void* const* at, void*) {
        pool_gather_channels_last(dtype, batch, from, to, channels, at[0], ints(at[1]), at[2]);
      };
    case Op::pool_scatter: {
      const Node& places = graph[node.inputs[1]];
      if (places.operation == Op::max_pool_indices && !overlapping(places.attributes))
        return [=, size = of_samples(places, y)](void* const* at, void*) {
          max_pool_transpose_channels_last(dtype, size, channels, at[0], ints(at[1]), at[2]);
        };
      return [=](void* const* at, void*) {
        pool_scatter_channels_last(dtype, batch, to, from, channels, at[0], ints(at[1]), at[2]);
      };
    }
    case Op::max_pool_indices:
      return [=, size = of_samples(node, x)](void* const* at, void*) {
        max_pool_channels_last(dtype, size, channels, at[0], ints(at[1]), nullptr);
      };
    case Op::average_pool:
      return [=, size = of_samples(node, x)](void* const* at, void*) {
        average_pool_channels_last(dtype, size, channels, at[0], at[1]);
      };
    case Op::average_pool_gradient:
      return [=, size = of_samples(node, y)](void* const* at, void*) {
        average_pool_transpose_channels_last(dtype, size, channels, at[0], at[1]);
      };
    default:
      throw std::logic_error("lower: an operation that does not keep the order of channels");
  }
}

KernelRun plain_run(const Graph& graph, const Node& node, size_t& scratch_bytes) {
  const auto shape = [&](size_t i) -> const Shape& { return graph[node.inputs[i]].shape; };
  const DType dtype = node.dtype;
  const size_t count = element_count(node.shape);
  switch (node.operation) {
    case Op::reduce_sum:
    case Op::reduce_max: {
      const Reduction kernel = Reduction::make(
          node.operation == Op::reduce_sum ? TileReductionKind::sum : TileReductionKind::maximum,
          dtype, shape(0), node.attributes.axes);
      scratch_bytes = kernel.scratch();
      return [kernel](void* const* at, void* scratch) { kernel.run(at[0], at[1], scratch); };
    }
    case Op::argmax: {
      const size_t columns = shape(0).back();
      return [from = graph[node.inputs[0]].dtype, count, columns](void* const* at, void*) {
        argmax_rows(from, count, columns, at[0], static_cast<int32_t*>(at[1]));
      };
    }
    case Op::transpose:
      return copies(
          {StridedCopy::make(dtype, node.shape, transpose_view(shape(0), node.attributes.axes),
                             dense_view(node.shape))});
    case Op::broadcast_to:
      return copies({StridedCopy::make(dtype, node.shape, broadcast_view(shape(0), node.shape),
                                       dense_view(node.shape))});
    case Op::slice:
      return copies({StridedCopy::make(
          dtype, node.shape, slice_view(shape(0), node.attributes.low, node.attributes.step),
          dense_view(node.shape))});
    case Op::reverse:
      return copies(
          {StridedCopy::make(dtype, node.shape, reverse_view(node.shape, node.attributes.axes),
                             dense_view(node.shape))});
    case Op::pad: {
      std::vector<size_t> step = node.attributes.step;
      for (size_t& s : step) ++s;
      const StridedCopy copy = StridedCopy::make(dtype, shape(0), dense_view(shape(0)),
                                                 slice_view(node.shape, node.attributes.low, step));
      const bool empty = element_count(shape(0)) == 0;
      return [copy, dtype, count, empty](void* const* at, void*) {
        fill_zero(dtype, count, at[1]);
        if (!empty) copy.run(at[0], at[1]);
      };
    }
    case Op::concatenate: {
      const size_t axis = node.attributes.axes[0];
      std::vector<StridedCopy> parts;
      std::vector<size_t> start(node.shape.size(), 0);
      const std::vector<size_t> step(node.shape.size(), 1);
      for (size_t i = 0; i < node.inputs.size(); ++i) {
        parts.push_back(StridedCopy::make(dtype, shape(i), dense_view(shape(i)),
                                          slice_view(node.shape, start, step)));
        start[axis] += shape(i)[axis];
      }
      return copies(std::move(parts));
    }
    case Op::gather: {
      const size_t rows = shape(0)[0], places = element_count(shape(1));
      return [=](void* const* at, void*) {
        gather_rows(dtype, rows, count / places, at[0], static_cast<const int32_t*>(at[1]), places,
                    at[2]);
      };
    }
    case Op::scatter_add: {
      const size_t rows = node.shape[0], places = element_count(shape(1));
      return [=](void* const* at, void*) {
        scatter_add_rows(dtype, rows, count / rows, static_cast<const int32_t*>(at[1]), at[0],
                         places, at[2]);
      };
    }
    case Op::max_pool_indices: {
      const PoolSize size = pool_size(node, shape(0));
      return [size, from = graph[node.inputs[0]].dtype](void* const* at, void*) {
        max_pool_indices(from, size, at[0], static_cast<int32_t*>(at[1]));
      };
    }
    case Op::pool_gather:
    case Op::pool_scatter: {
      const Shape &x = shape(0), &y = node.shape;
      const size_t planes = y[0] * y[1], from = element_count(x) / planes, to = count / planes;
      if (node.operation == Op::pool_gather)
        return [=](void* const* at, void*) {
          pool_gather(dtype, planes, from, to, at[0], static_cast<const int32_t*>(at[1]), at[2]);
        };
      return [=](void* const* at, void*) {
        pool_scatter(dtype, planes, to, from, at[0], static_cast<const int32_t*>(at[1]), at[2]);
      };
    }
    case Op::average_pool: {
      const PoolSize size = pool_size(node, shape(0));
      return [=](void* const* at, void*) { average_pool(dtype, size, at[0], at[1]); };
    }
    case Op::average_pool_gradient: {
      const PoolSize size = pool_size(node, node.shape);
      return [=](void* const* at, void*) { average_pool_transpose(dtype, size, at[0], at[1]); };
    }
    case Op::random_uniform: {
      const size_t rows = element_count(shape(0)) / 2;
      return [=, stream = node.attributes.stream](void* const* at, void*) {
        random_uniform(dtype, static_cast<const int32_t*>(at[0]), stream, rows, count / rows,
                       at[1]);
      };
    }
    case Op::custom: {
      std::vector<CustomOperation::Tensor> tensors;
      for (const NodeId input : node.inputs)
        tensors.push_back({graph[input].dtype, graph[input].shape});
      return [operation = node.attributes.custom, tensors](void* const* at, void*) {
        operation->compute(tensors, {const_cast<const void* const*>(at), tensors.size()},
                           at[tensors.size()]);
      };
    }
    default:
      throw std::logic_error(fmt::format("lower: no kernel for {}", row(node.operation).name));
  }
}

}  // namespace

KernelBody kernel_body(const Graph& graph, NodeId id, bool last) {
  const Node& node = graph[id];
  KernelBody out;
  out.text = node.operation == Op::custom ? node.attributes.custom->name
                                          : std::string(row(node.operation).name);
  out.run = last ? pool_run(graph, node) : plain_run(graph, node, out.scratch);
  return out;
}

bool gathers_maxima(const Graph& graph, NodeId id) {
  const Node& node = graph[id];
  if (node.operation != Op::pool_gather) return false;
  const Node& places = graph[node.inputs[1]];
  return places.operation == Op::max_pool_indices && places.inputs[0] == node.inputs[0];
}

KernelBody max_pool_body(const Graph& graph, NodeId indices, bool last) {
  const Node& node = graph[indices];
  const Node& x = graph[node.inputs[0]];
  const DType dtype = x.dtype;
  PoolSize size = pool_size(node, x.shape);
  KernelBody out;
  out.text = "max_pool";
  if (last) {
    size.planes = x.shape[0];
    out.run = [=, channels = x.shape[1]](void* const* at, void*) {
      max_pool_channels_last(dtype, size, channels, at[0], static_cast<int32_t*>(at[1]), at[2]);
    };
  } else {
    out.run = [=](void* const* at, void*) {
      int32_t* const places = static_cast<int32_t*>(at[1]);
      max_pool_indices(dtype, size, at[0], places);
      pool_gather(dtype, size.planes, size.height * size.width,
                  size.out_height() * size.out_width(), at[0], places, at[2]);
    };
  }
  return out;
}

}  // namespace thalweg
