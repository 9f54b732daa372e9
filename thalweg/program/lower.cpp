#include "thalweg/program/lower.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <map>

#include "thalweg/base/error.hpp"
#include "thalweg/kernel/contraction/convolution.hpp"
#include "thalweg/kernel/contraction/matmul.hpp"
#include "thalweg/kernel/contraction/reorder.hpp"
#include "thalweg/kernel/strided_copy.hpp"
#include "thalweg/program/channel_order.hpp"
#include "thalweg/program/constant.hpp"
#include "thalweg/program/contraction_tail.hpp"
#include "thalweg/program/kernel_body.hpp"
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
      const bool plain = !fusion.last[root] || same_in_both_orders(graph_[root].shape);
      if (storage_of_[root] == SIZE_MAX && plain)
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
        other(group);
    }
    for (const auto& [root, place] : copies_) {
      const size_t bytes = bytes_of(graph_[root]);
      if (bytes == 0) continue;
      if (fusion_.last[root] && !same_in_both_orders(graph_[root].shape)) {
        out_.calls.push_back(
            turn(graph_[root].dtype, graph_[root].shape, false, home(root), place));
        continue;
      }
      out_.calls.push_back({"copy",
                            {home(root)},
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

  // The memory of a root, in its own order.
  size_t home(NodeId root) {
    if (storage_of_[root] == SIZE_MAX)
      storage_of_[root] = add({Home::arena, bytes_of(graph_[root]), 0, 0});
    return storage_of_[root];
  }

  // Where the numbers of a node lie in plain order or, `last`, with the channels innermost; copied
  // once where they lie otherwise.
  size_t storage(NodeId id, bool last = false) {
    const NodeId root = fusion_.root_of[id];
    const Shape &from = graph_[root].shape, &to = graph_[id].shape;
    const bool is = fusion_.last[root] && !same_in_both_orders(from);
    if (last && same_in_both_orders(to)) last = false;
    if (is == last && (!last || from == to)) return home(root);
    // A reshape is one of plain order.
    const size_t plain = is ? turned(root, from, false, home(root)) : home(root);
    return last ? turned(root, to, true, plain) : plain;
  }

  size_t turned(NodeId root, const Shape& shape, bool last, size_t from) {
    const auto key = std::make_tuple(root, last, shape);
    if (const auto found = turned_.find(key); found != turned_.end()) return found->second;
    const size_t to = add({Home::arena, bytes_of(graph_[root]), 0, 0});
    turned_[key] = to;
    out_.calls.push_back(turn(graph_[root].dtype, shape, last, from, to));
    return to;
  }

  // A copy from one order into the other.
  static KernelCall turn(DType dtype, const Shape& shape, bool last, size_t from, size_t to) {
    std::vector<size_t> order = {0};
    if (last) {
      for (size_t axis = 2; axis < shape.size(); ++axis) order.push_back(axis);
      order.push_back(1);
    } else {
      order.push_back(shape.size() - 1);
      for (size_t axis = 1; axis + 1 < shape.size(); ++axis) order.push_back(axis);
    }
    const Shape source = stored_shape(shape, !last), result = stored_shape(shape, last);
    const StridedCopy copy =
        StridedCopy::make(dtype, result, transpose_view(source, order), dense_view(result));
    return {last ? "channels last" : "channels first",
            {from},
            {to},
            0,
            [copy](void* const* at, void*) { copy.run(at[0], at[1]); },
            {}};
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
    for (size_t i = 0; i < lowered.operands.size(); ++i)
      call.reads.push_back(
          storage(lowered.operands[i],
                  lowered.last && lowered.program.operands[i].extent == TileExtent::all));
    for (const NodeId id : lowered.results) call.writes.push_back(home(id));
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

  static const char* name(Activation activation) {
    return activation == Activation::relu      ? ", relu"
           : activation == Activation::tanh    ? ", tanh"
           : activation == Activation::sigmoid ? ", sigmoid"
                                               : "";
  }

  void contraction(const Group& group) {
    const Node& node = graph_[group.nodes[0]];
    if (element_count(node.shape) == 0) return;
    // Along what fusion gave to the group.
    size_t at = 0;
    const ContractionTail tail =
        contraction_tail(graph_, group.nodes[0], [&](NodeId) -> std::optional<NodeId> {
          if (++at < group.nodes.size()) return group.nodes[at];
          return std::nullopt;
        });
    if (node.operation == Op::matmul)
      matmul(group, tail);
    else
      convolution(group, tail);
  }

  void matmul(const Group& group, const ContractionTail& tail) {
    const Node& node = graph_[group.nodes[0]];
    const NodeId result = group.nodes.back();
    const bool biased = tail.bias.has_value();
    MatmulDescription d;
    d.a = graph_[node.inputs[0]].shape, d.b = graph_[node.inputs[1]].shape;
    d.transpose_a = node.attributes.transpose_a, d.transpose_b = node.attributes.transpose_b;
    d.input = node.dtype, d.output = graph_[result].dtype;
    d.bias = biased;
    d.epilogue.activation = tail.activation;
    const auto kernel = std::make_shared<Matmul>(Matmul::make(d));
    KernelCall call;
    call.text =
        fmt::format("matmul {}{} x {}{}{}{}", to_text(d.a), d.transpose_a ? "'" : "", to_text(d.b),
                    d.transpose_b ? "'" : "", biased ? ", bias" : "", name(tail.activation));
    call.reads = {storage(node.inputs[0]), storage(node.inputs[1])};
    if (biased) call.reads.push_back(storage(*tail.bias));
    call.writes = {home(result)};
    call.scratch = kernel->scratch();
    call.run = [kernel, biased](void* const* at, void* scratch) {
      kernel->run(at[0], at[1], biased ? at[2] : nullptr, at[biased ? 3 : 2], scratch);
    };
    out_.calls.push_back(std::move(call));
  }

  static MemoryFormat format(DType dtype, const Shape& shape, bool last) {
    return last ? MemoryFormat::channels_last(dtype, shape) : MemoryFormat::plain(dtype, shape);
  }

  void convolution(const Group& group, const ContractionTail& tail) {
    const Node& node = graph_[group.nodes[0]];
    const bool biased = tail.bias.has_value();
    const Node &first = graph_[node.inputs[0]], &second = graph_[node.inputs[1]];
    const Node& result = graph_[group.nodes.back()];
    const Attributes& a = node.attributes;
    ConvolutionDescription d;
    d.kind = node.operation == Op::convolution                  ? ConvolutionKind::forward
             : node.operation == Op::convolution_input_gradient ? ConvolutionKind::input_gradient
                                                                : ConvolutionKind::weight_gradient;
    const bool forward = d.kind == ConvolutionKind::forward;
    const bool to_input = d.kind == ConvolutionKind::input_gradient;
    const bool to_weight = d.kind == ConvolutionKind::weight_gradient;
    d.x = to_input ? result.shape : first.shape;
    d.w = to_weight ? result.shape : second.shape;
    const Shape& y = forward ? result.shape : to_input ? first.shape : second.shape;
    d.window = {a.stride, a.dilation, a.padding_low, a.padding_high, a.groups};
    d.input = node.dtype, d.output = result.dtype;
    d.bias = biased;
    d.epilogue.activation = tail.activation;
    const bool last = convolves_channels_last(graph_, group.nodes[0]);
    d.x_format = format(to_input ? d.output : d.input, d.x, last);
    d.y_format = format(forward ? d.output : d.input, y, last);
    Shape weights = d.w;
    if (a.groups > 1) {
      weights[0] /= a.groups;
      weights.insert(weights.begin(), a.groups);
    }
    const MemoryFormat plain = MemoryFormat::plain(to_weight ? d.output : d.input, weights);
    if (!last) d.w_format = plain;
    const auto kernel = std::make_shared<Convolution>(Convolution::make(d));
    KernelCall call;
    call.text = fmt::format("{} {} * {}{}{}", row(node.operation).name, to_text(d.x), to_text(d.w),
                            biased ? ", bias" : "", name(tail.activation));
    call.scratch = kernel->scratch();
    const bool packed = !(kernel->w_format() == plain);
    if (to_weight) {
      call.reads = {storage(node.inputs[0], last), storage(node.inputs[1], last)};
      const size_t to = home(group.nodes.back());
      const size_t own = packed ? add({Home::arena, kernel->w_format().bytes(), 0, 0}) : to;
      call.writes = {own};
      call.run = [kernel](void* const* at, void* scratch) {
        kernel->run(at[0], at[2], nullptr, at[1], scratch);
      };
      out_.calls.push_back(std::move(call));
      if (packed) reorder(kernel->w_format(), plain, own, to);
      return;
    }
    call.reads = {storage(node.inputs[0], last),
                  packed ? packed_weights(node.inputs[1], plain, kernel->w_format())
                         : storage(node.inputs[1])};
    if (biased) call.reads.push_back(storage(*tail.bias));
    call.writes = {home(group.nodes.back())};
    if (forward)
      call.run = [kernel, biased](void* const* at, void* scratch) {
        kernel->run(at[0], at[1], biased ? at[2] : nullptr, at[biased ? 3 : 2], scratch);
      };
    else
      call.run = [kernel](void* const* at, void* scratch) {
        kernel->run(at[2], at[1], nullptr, at[0], scratch);
      };
    out_.calls.push_back(std::move(call));
  }

  void reorder(const MemoryFormat& from, const MemoryFormat& to, size_t source, size_t target) {
    const auto kernel = std::make_shared<Reorder>(Reorder::make(from, to));
    out_.calls.push_back(
        {"reorder to " + to.text(),
         {source},
         {target},
         kernel->scratch(),
         [kernel](void* const* at, void* scratch) { kernel->run(at[0], at[1], scratch); },
         {}});
  }

  // Weights in the format that a convolution chose, once a run.
  size_t packed_weights(NodeId id, const MemoryFormat& plain, const MemoryFormat& wanted) {
    const auto key = std::make_pair(fusion_.root_of[id], wanted.text());
    if (const auto found = packed_.find(key); found != packed_.end()) return found->second;
    const size_t to = add({Home::arena, wanted.bytes(), 0, 0});
    reorder(plain, wanted, storage(id), to);
    return packed_[key] = to;
  }

  void other(const Group& group) {
    const NodeId id = group.nodes[0];
    const Node& node = graph_[id];
    if (element_count(node.shape) == 0) return;
    const bool last = fusion_.last[id];
    KernelBody body =
        group.nodes.size() == 1 ? kernel_body(graph_, id, last) : max_pool_body(graph_, id, last);
    KernelCall call;
    call.text = std::move(body.text);
    for (const NodeId input : node.inputs) call.reads.push_back(storage(input, last));
    for (const NodeId each : group.nodes) call.writes.push_back(home(each));
    call.scratch = body.scratch;
    call.run = std::move(body.run);
    out_.calls.push_back(std::move(call));
  }

  const Graph& graph_;
  const Fusion& fusion_;
  Lowered out_;
  std::vector<size_t> storage_of_;  // by node that is its own root
  std::vector<std::pair<NodeId, size_t>> copies_;
  std::map<std::tuple<NodeId, bool, Shape>, size_t> turned_;
  std::map<std::pair<NodeId, std::string>, size_t> packed_;
};

}  // namespace

Lowered lower(const Fusion& fusion, std::span<const NodeId> inputs,
              std::span<const Symbol> outputs) {
  return Lowering(fusion, inputs, outputs).run();
}

}  // namespace thalweg
