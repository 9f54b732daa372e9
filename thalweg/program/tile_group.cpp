#include "thalweg/program/tile_group.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <map>
#include <stdexcept>

#include "thalweg/base/text.hpp"
#include "thalweg/program/fold.hpp"
#include "thalweg/program/repetition.hpp"

namespace thalweg {
namespace {

using Op = Operation;

TileOperation tile_operation(Op operation) {
  switch (operation) {
    case Op::negate:
      return TileOperation::negate;
    case Op::absolute:
      return TileOperation::absolute;
    case Op::sign:
      return TileOperation::sign;
    case Op::exp:
      return TileOperation::exponential;
    case Op::log:
      return TileOperation::logarithm;
    case Op::log1p:
      return TileOperation::logarithm_one_plus;
    case Op::expm1:
      return TileOperation::exponential_minus_one;
    case Op::sqrt:
      return TileOperation::square_root;
    case Op::rsqrt:
      return TileOperation::reciprocal_square_root;
    case Op::tanh:
      return TileOperation::tanh;
    case Op::erf:
      return TileOperation::error_function;
    case Op::sigmoid:
      return TileOperation::sigmoid;
    case Op::sin:
      return TileOperation::sine;
    case Op::cos:
      return TileOperation::cosine;
    case Op::floor:
      return TileOperation::floor;
    case Op::is_finite:
      return TileOperation::is_finite;
    case Op::logical_not:
      return TileOperation::logical_not;
    case Op::cast:
      return TileOperation::convert;
    case Op::add:
      return TileOperation::add;
    case Op::subtract:
      return TileOperation::subtract;
    case Op::multiply:
      return TileOperation::multiply;
    case Op::divide:
      return TileOperation::divide;
    case Op::power:
      return TileOperation::power;
    case Op::maximum:
      return TileOperation::maximum;
    case Op::minimum:
      return TileOperation::minimum;
    case Op::equal:
      return TileOperation::equal;
    case Op::less:
      return TileOperation::less;
    case Op::less_equal:
      return TileOperation::less_equal;
    case Op::logical_and:
      return TileOperation::logical_and;
    case Op::logical_or:
      return TileOperation::logical_or;
    case Op::select:
      return TileOperation::select;
    default:
      throw std::logic_error("tile: not an elementwise operation");
  }
}

// Nodes of a group with what they read from elsewhere: each is one value that may be alive, each node
// one instruction and perhaps a conversion.
constexpr size_t most_values = TileKernel::most_live_values - 4;
static_assert(most_values <= TileKernel::most_operands && most_values <= TileKernel::most_results &&
              2 * most_values <= TileKernel::most_instructions &&
              most_values <= TileKernel::most_scalars);

class Builder {
 public:
  Builder(const Graph& graph, const Fusion& fusion, const Group& group)
      : graph_(graph), fusion_(fusion), group_(group) {
    out_.program.arithmetic = group.wide ? DType::float64 : DType::float32;
    const size_t columns = group.columns > 0 ? group.columns : std::max<size_t>(1, group.count);
    out_.size = {group.count / columns, columns};
    const NodeId first = group.nodes[0];
    last_ = fusion.last[is_elementwise(graph[first].operation) ? first : graph[first].inputs[0]];
    out_.last = last_;
  }

  TileGroup run() {
    std::vector<std::pair<NodeId, TileReduction>> ends;
    for (const NodeId id : group_.nodes) {
      const Node& node = graph_[id];
      names_.emplace_back(row(node.operation).name);
      if (!is_elementwise(node.operation)) {
        const Repetition how = *tile_reduction(graph_, id, last_);
        TileReduction end;
        end.value = value(node.inputs[0]);
        end.kind =
            node.operation == Op::reduce_sum ? TileReductionKind::sum : TileReductionKind::maximum;
        end.extent = how.extent;
        end.dtype = node.dtype;
        ends.emplace_back(id, end);
        continue;
      }
      // Where it is only stored, storing rounds.
      const bool rounds = node.dtype != out_.program.arithmetic && is_read(id);
      if (node.operation == Op::cast && !rounds) {
        values_[id] = value(node.inputs[0]);
        continue;
      }
      TileInstruction instruction;
      instruction.operation = tile_operation(node.operation);
      for (size_t i = 0; i < node.inputs.size(); ++i) instruction.input[i] = value(node.inputs[i]);
      instruction.dtype = node.dtype;
      uint32_t result = push(instruction);
      // A narrower type rounds where it would be stored.
      if (node.operation != Op::cast && rounds && node.dtype != DType::boolean)
        result = push(
            {.operation = TileOperation::convert, .input = {result, 0, 0}, .dtype = node.dtype});
      values_[id] = result;
    }
    for (const NodeId id : group_.nodes)
      if (values_.contains(id) && fusion_.stored[id]) {
        out_.program.outputs.push_back({values_.at(id), graph_[id].dtype});
        out_.results.push_back(id);
      }
    for (const auto& [id, end] : ends) {
      out_.program.reductions.push_back(end);
      out_.results.push_back(id);
    }
    out_.text =
        fmt::format("tile [{}, {}] {}", out_.size.rows, out_.size.columns, join(names_, " "));
    return std::move(out_);
  }

 private:
  // By the group itself.
  bool is_read(NodeId id) const {
    return std::any_of(group_.nodes.begin(), group_.nodes.end(), [&](NodeId reader) {
      const auto& inputs = graph_[reader].inputs;
      return std::any_of(inputs.begin(), inputs.end(),
                         [&](NodeId input) { return fusion_.root_of[input] == id; });
    });
  }

  uint32_t push(const TileInstruction& instruction) {
    out_.program.instructions.push_back(instruction);
    return static_cast<uint32_t>(out_.program.instructions.size() - 1);
  }

  uint32_t load(NodeId id, TileOperand operand) {
    const auto key = std::make_tuple(fusion_.root_of[id], operand.extent, operand.period,
                                     last_ ? graph_[id].shape : Shape{});
    if (const auto found = loads_.find(key); found != loads_.end()) return found->second;
    const auto index = static_cast<uint32_t>(out_.program.operands.size());
    out_.program.operands.push_back(operand);
    out_.operands.push_back(id);
    return loads_[key] = push({.operation = TileOperation::load, .index = index});
  }

  uint32_t value(NodeId id) {
    const NodeId root = fusion_.root_of[id];
    if (const auto found = values_.find(root);
        found != values_.end() && fusion_.in_order(graph_, id, last_))
      return found->second;
    const Node& node = graph_[id];
    if (const auto number = constant_number(graph_, id)) {
      const auto key = std::bit_cast<uint64_t>(*number);
      const auto found = constants_.find(key);
      if (found != constants_.end()) return found->second;
      return constants_[key] = push({.operation = TileOperation::constant, .number = *number});
    }
    if (node.operation == Op::broadcast_to) {
      const NodeId source = node.inputs[0];
      const auto how = repetition(graph_[source].shape, node.shape, last_);
      if (how && (how->columns == 0 || how->columns == out_.size.columns))
        return load(source, {how->extent, node.dtype, how->period});
    }
    return load(id, {TileExtent::all, node.dtype, 0});
  }

  const Graph& graph_;
  const Fusion& fusion_;
  const Group& group_;
  bool last_ = false;
  TileGroup out_;
  std::map<NodeId, uint32_t> values_;
  std::map<std::tuple<NodeId, TileExtent, size_t, Shape>, uint32_t> loads_;
  std::map<uint64_t, uint32_t> constants_;  // by their bits
  std::vector<std::string> names_;
};

}  // namespace

bool fits_tile_machine(const Graph& graph, std::span<const NodeId> nodes,
                       std::span<const NodeId> more) {
  std::vector<NodeId> values;
  for (const std::span<const NodeId> part : {nodes, more})
    for (const NodeId id : part) {
      values.push_back(id);
      values.insert(values.end(), graph[id].inputs.begin(), graph[id].inputs.end());
    }
  std::sort(values.begin(), values.end());
  return static_cast<size_t>(std::unique(values.begin(), values.end()) - values.begin()) <=
         most_values;
}

TileGroup lower_tile(const Graph& graph, const Fusion& fusion, const Group& group) {
  return Builder(graph, fusion, group).run();
}

}  // namespace thalweg
