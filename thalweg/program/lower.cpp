// From groups of nodes to kernel calls.
#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <map>

#include "thalweg/base/error.hpp"
#include "thalweg/kernel/contraction/convolution.hpp"
#include "thalweg/kernel/contraction/matmul.hpp"
#include "thalweg/kernel/pool.hpp"
#include "thalweg/kernel/random_fill.hpp"
#include "thalweg/kernel/reduction.hpp"
#include "thalweg/kernel/rows.hpp"
#include "thalweg/kernel/strided_copy.hpp"
#include "thalweg/program/constant.hpp"
#include "thalweg/program/fold.hpp"
#include "thalweg/program/step.hpp"
#include "thalweg/program/tile_group.hpp"

namespace thalweg {
namespace {

using Op = Operation;

size_t bytes_of(const Node& node) { return element_count(node.shape) * size_of(node.dtype); }

class Lowering {
 public:
  Lowering(const Fusion& fusion, std::span<const NodeId> inputs, std::span<const Symbol> outputs)
      : graph_(outputs[0].graph()), fusion_(fusion), storage_of_(graph_.size(), SIZE_MAX) {
    for (size_t i = 0; i < inputs.size(); ++i)
      if (inputs[i] != Fusion::none)
        storage_of_[inputs[i]] = add({Home::input, bytes_of(graph_[inputs[i]]), i, 0});
    for (const NodeId id : fusion.nodes) keep_constant(id);
    // A result is written where the caller has it, unless that memory is not the result's alone.
    for (size_t i = 0; i < outputs.size(); ++i) {
      const NodeId root = fusion.root_of[outputs[i].id()];
      const size_t place = add({Home::result, bytes_of(graph_[root]), i, 0});
      if (storage_of_[root] == SIZE_MAX)
        storage_of_[root] = place;
      else
        copies_.emplace_back(root, place);
    }
  }

  Lowered run() {
    for (const Group& group : fusion_.groups) {
      if (group.kind == GroupKind::tile)
        tile(group);
      else if (group.kind == GroupKind::contraction)
        contraction(group);
      else
        other(group.nodes[0]);
    }
    for (const auto& [root, place] : copies_) {
      const size_t bytes = bytes_of(graph_[root]);
      if (bytes == 0) continue;
      out_.calls.push_back({"copy",
                            {storage(root)},
                            {place},
                            0,
                            [bytes](void* const* at, void*) { std::memcpy(at[1], at[0], bytes); },
                            {}});
    }
    return std::move(out_);
  }

 private:
  size_t add(Storage storage) {
    out_.storages.push_back(storage);
    return out_.storages.size() - 1;
  }

  // Where the numbers of a node lie.
  size_t storage(NodeId id) {
    const NodeId root = fusion_.root_of[id];
    if (storage_of_[root] == SIZE_MAX)
      storage_of_[root] = add({Home::arena, bytes_of(graph_[root]), 0, 0});
    return storage_of_[root];
  }

  void keep_constant(NodeId id) {
    const Node& node = graph_[id];
    if (node.operation != Op::constant && node.operation != Op::iota) return;
    storage_of_[id] = add({Home::constant, bytes_of(node), out_.constants.size(), 0});
    out_.constants.push_back(constant_bytes(node));
  }

  void tile(const Group& group) {
    TileGroup lowered = lower_tile(graph_, fusion_, group);
    if (lowered.size.rows * lowered.size.columns == 0) return;
    const auto kernel = std::make_shared<const TileKernel>(TileKernel::make(lowered.program));
    KernelCall call;
    call.text = lowered.text;
    for (const NodeId id : lowered.operands) call.reads.push_back(storage(id));
    for (const NodeId id : lowered.results) call.writes.push_back(storage(id));
    call.scratch = kernel->scratch(lowered.size);
    for (size_t w = 0; w < lowered.program.outputs.size(); ++w)
      for (size_t r = 0; r < lowered.operands.size(); ++r) {
        const TileOperand& operand = lowered.program.operands[r];
        if (operand.extent == TileExtent::all &&
            std::count(call.reads.begin(), call.reads.end(), call.reads[r]) == 1 &&
            size_of(operand.dtype) == size_of(lowered.program.outputs[w].dtype))
          call.in_place.emplace_back(w, r);
      }
    call.run = [kernel, size = lowered.size, reads = call.reads.size()](void* const* at,
                                                                        void* scratch) {
      kernel->run(size, const_cast<const void* const*>(at), at + reads, scratch);
    };
    out_.calls.push_back(std::move(call));
  }

  // Bias, activation and output type of a product or convolution, from the nodes that it took over.
  struct Tail {
    NodeId result = 0;
    std::optional<NodeId> bias;
    Activation activation = Activation::none;
  };
  Tail tail_of(const Group& group) const {
    Tail out;
    out.result = group.nodes.back();
    NodeId before = group.nodes[0];
    for (size_t i = 1; i < group.nodes.size(); ++i) {
      const Node& node = graph_[group.nodes[i]];
      if (node.operation == Op::add)
        out.bias = graph_[node.inputs[0] == before ? node.inputs[1] : node.inputs[0]].inputs[0];
      else if (node.operation == Op::maximum)
        out.activation = Activation::relu;
      else if (node.operation == Op::tanh)
        out.activation = Activation::tanh;
      else if (node.operation == Op::sigmoid)
        out.activation = Activation::sigmoid;
      before = group.nodes[i];
    }
    return out;
  }

  static const char* name(Activation activation) {
    return activation == Activation::relu      ? ", relu"
           : activation == Activation::tanh    ? ", tanh"
           : activation == Activation::sigmoid ? ", sigmoid"
                                               : "";
  }

  void contraction(const Group& group) {
    const Node& node = graph_[group.nodes[0]];
    const Tail tail = tail_of(group);
    const Node& result = graph_[tail.result];
    if (element_count(result.shape) == 0) return;
    KernelCall call;
    call.reads = {storage(node.inputs[0]), storage(node.inputs[1])};
    if (tail.bias) call.reads.push_back(storage(*tail.bias));
    call.writes = {storage(tail.result)};
    const bool biased = tail.bias.has_value();
    if (node.operation == Op::matmul) {
      MatmulDescription d;
      d.a = graph_[node.inputs[0]].shape, d.b = graph_[node.inputs[1]].shape;
      d.transpose_a = node.attributes.transpose_a, d.transpose_b = node.attributes.transpose_b;
      d.input = node.dtype, d.output = result.dtype;
      d.bias = biased;
      d.epilogue.activation = tail.activation;
      const auto kernel = std::make_shared<Matmul>(Matmul::make(d));
      call.text = fmt::format("matmul {}{} x {}{}{}{}", to_text(d.a), d.transpose_a ? "'" : "",
                              to_text(d.b), d.transpose_b ? "'" : "", biased ? ", bias" : "",
                              name(tail.activation));
      call.scratch = kernel->scratch();
      call.run = [kernel, biased](void* const* at, void* scratch) {
        kernel->run(at[0], at[1], biased ? at[2] : nullptr, at[biased ? 3 : 2], scratch);
      };
    } else {
      ConvolutionDescription d;
      const bool forward = node.operation == Op::convolution;
      const bool to_input = node.operation == Op::convolution_input_gradient;
      const Node &first = graph_[node.inputs[0]], &second = graph_[node.inputs[1]];
      d.kind = forward    ? ConvolutionKind::forward
               : to_input ? ConvolutionKind::input_gradient
                          : ConvolutionKind::weight_gradient;
      d.x = to_input ? result.shape : first.shape;
      d.w = forward || to_input ? second.shape : result.shape;
      const Shape& y = forward ? result.shape : to_input ? first.shape : second.shape;
      const Attributes& a = node.attributes;
      d.window = {a.stride, a.dilation, a.padding_low, a.padding_high, a.groups};
      d.input = node.dtype, d.output = result.dtype;
      d.bias = biased;
      d.epilogue.activation = tail.activation;
      d.x_format = MemoryFormat::plain(to_input ? d.output : d.input, d.x);
      d.y_format = MemoryFormat::plain(forward ? d.output : d.input, y);
      const Shape& w = d.w;
      Shape stored = w;
      if (a.groups > 1) {
        stored[0] /= a.groups;
        stored.insert(stored.begin(), a.groups);
      }
      d.w_format = MemoryFormat::plain(forward || to_input ? d.input : d.output, stored);
      const auto kernel = std::make_shared<Convolution>(Convolution::make(d));
      call.text = fmt::format("{} {} * {}{}{}", row(node.operation).name, to_text(d.x),
                              to_text(d.w), biased ? ", bias" : "", name(tail.activation));
      call.scratch = kernel->scratch();
      call.run = [kernel, biased, kind = d.kind](void* const* at, void* scratch) {
        if (kind == ConvolutionKind::forward)
          kernel->run(at[0], at[1], biased ? at[2] : nullptr, at[biased ? 3 : 2], scratch);
        else if (kind == ConvolutionKind::input_gradient)
          kernel->run(at[2], at[1], nullptr, at[0], scratch);
        else
          kernel->run(at[0], at[2], nullptr, at[1], scratch);
      };
    }
    out_.calls.push_back(std::move(call));
  }

  void other(NodeId id) {
    const Node& node = graph_[id];
    if (element_count(node.shape) == 0) return;
    KernelCall call;
    call.text = row(node.operation).name;
    for (const NodeId input : node.inputs) call.reads.push_back(storage(input));
    call.writes = {storage(id)};
    call.run = body(node, call);
    out_.calls.push_back(std::move(call));
  }

  // One copy of a box, or several into parts of the result.
  static auto copies(std::vector<StridedCopy> parts) {
    return [parts = std::move(parts)](void* const* at, void*) {
      for (size_t i = 0; i < parts.size(); ++i) parts[i].run(at[i], at[parts.size()]);
    };
  }

  PoolSize pool_size(const Node& node, const Shape& x) const {
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

  std::function<void(void* const*, void*)> body(const Node& node, KernelCall& call) {
    const auto shape = [&](size_t i) -> const Shape& { return graph_[node.inputs[i]].shape; };
    const DType dtype = node.dtype;
    const size_t count = element_count(node.shape);
    switch (node.operation) {
      case Op::reduce_sum:
      case Op::reduce_max: {
        const Reduction kernel = Reduction::make(
            node.operation == Op::reduce_sum ? TileReductionKind::sum : TileReductionKind::maximum,
            dtype, shape(0), node.attributes.axes);
        call.scratch = kernel.scratch();
        return [kernel](void* const* at, void* scratch) { kernel.run(at[0], at[1], scratch); };
      }
      case Op::argmax: {
        const size_t columns = shape(0).back();
        return [from = graph_[node.inputs[0]].dtype, count, columns](void* const* at, void*) {
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
        const StridedCopy copy =
            StridedCopy::make(dtype, shape(0), dense_view(shape(0)),
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
          gather_rows(dtype, rows, count / places, at[0], static_cast<const int32_t*>(at[1]),
                      places, at[2]);
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
        return [size, from = graph_[node.inputs[0]].dtype](void* const* at, void*) {
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
          tensors.push_back({graph_[input].dtype, graph_[input].shape});
        call.text = node.attributes.custom->name;
        return [operation = node.attributes.custom, tensors](void* const* at, void*) {
          operation->compute(tensors, {const_cast<const void* const*>(at), tensors.size()},
                             at[tensors.size()]);
        };
      }
      default:
        throw std::logic_error(fmt::format("lower: no kernel for {}", row(node.operation).name));
    }
  }

  const Graph& graph_;
  const Fusion& fusion_;
  Lowered out_;
  std::vector<size_t> storage_of_;  // by node that is its own root
  std::vector<std::pair<NodeId, size_t>> copies_;
};

}  // namespace

Lowered lower(const Fusion& fusion, std::span<const NodeId> inputs,
              std::span<const Symbol> outputs) {
  return Lowering(fusion, inputs, outputs).run();
}

}  // namespace thalweg
