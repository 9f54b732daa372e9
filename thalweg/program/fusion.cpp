#include "thalweg/program/fusion.hpp"

#include <algorithm>
#include <queue>

#include "thalweg/program/channel_order.hpp"
#include "thalweg/program/contraction_tail.hpp"
#include "thalweg/program/fold.hpp"
#include "thalweg/program/kernel_body.hpp"
#include "thalweg/program/repetition.hpp"
#include "thalweg/program/rewrite.hpp"
#include "thalweg/program/tile_group.hpp"

namespace thalweg {
namespace {

using Op = Operation;

bool is_reduction(Operation operation) {
  return operation == Op::reduce_sum || operation == Op::reduce_max;
}

// int32 needs float64 to be exact.
bool needs_wide(DType dtype) { return dtype == DType::float64 || dtype == DType::int32; }

class Fuser {
 public:
  explicit Fuser(std::span<const Symbol> outputs)
      : graph_(outputs[0].graph()), outputs_(outputs), consumers_(graph_.size()) {
    fusion_.nodes = needed(outputs);
    fusion_.last = channels_last(outputs);
    fusion_.group_of.assign(graph_.size(), Fusion::none);
    fusion_.root_of.resize(graph_.size());
    wanted_.assign(graph_.size(), false);
    for (const Symbol output : outputs) wanted_[output.id()] = true;
    for (const NodeId id : fusion_.nodes) {
      fusion_.root_of[id] =
          is_alias(graph_[id].operation) ? fusion_.root_of[graph_[id].inputs[0]] : id;
      for (const NodeId input : graph_[id].inputs) consumers_[input].push_back(id);
    }
  }

  Fusion run() {
    for (const NodeId id : fusion_.nodes) place(id);
    for (const NodeId id : fusion_.nodes) materialize(id);
    order();
    store();
    return std::move(fusion_);
  }

 private:
  const Node& node(NodeId id) const { return graph_[id]; }
  uint32_t& group(NodeId id) { return fusion_.group_of[id]; }

  uint32_t add_group(GroupKind kind, NodeId id) {
    fusion_.groups.push_back({kind, {id}, 0, 0, false});
    inputs_.emplace_back();
    visited_.push_back(0);
    group(id) = static_cast<uint32_t>(fusion_.groups.size() - 1);
    return group(id);
  }

  void place(NodeId id) {
    const Node& n = node(id);
    if (group(id) != Fusion::none) return;  // taken over by a contraction
    if (n.operation == Op::input || n.operation == Op::constant || n.operation == Op::iota ||
        is_alias(n.operation) || n.operation == Op::broadcast_to)
      return;
    if (is_contraction(n.operation)) return contraction(id);
    if (is_elementwise(n.operation) ||
        (is_reduction(n.operation) && tile_reduction(graph_, id, fusion_.last[n.inputs[0]])))
      return tile(id);
    if (gathers_maxima(graph_, id) && fusion_.groups[group(n.inputs[1])].nodes.size() == 1) {
      group(id) = group(n.inputs[1]);
      fusion_.groups[group(id)].nodes.push_back(id);
      return;
    }
    const uint32_t g = add_group(GroupKind::other, id);
    for (const NodeId input : n.inputs) depend(g, input);
  }

  // The groups that must run before a node's memory can be read.
  void depend(uint32_t g, NodeId id) {
    const Node& n = node(id);
    if (n.operation == Op::barrier) {
      depend(g, n.inputs[0]), depend(g, n.inputs[1]);
    } else if (group(id) != Fusion::none) {
      if (group(id) != g) inputs_[g].push_back(group(id));
    } else if (is_alias(n.operation) || n.operation == Op::broadcast_to) {
      depend(g, n.inputs[0]);
    }
  }

  bool depends(uint32_t g, uint32_t on) {
    ++stamp_;
    std::vector<uint32_t> open = {g};
    while (!open.empty()) {
      const uint32_t at = open.back();
      open.pop_back();
      if (at == on) return true;
      if (visited_[at] == stamp_) continue;
      visited_[at] = stamp_;
      for (const uint32_t input : inputs_[at]) open.push_back(find(input));
    }
    return false;
  }

  // Groups that were merged point to what they became.
  uint32_t find(uint32_t g) {
    while (merged_.size() > g && merged_[g] != g) g = merged_[g];
    return g;
  }

  // Sole reader, unless the value is wanted outside.
  std::optional<NodeId> sole_consumer(NodeId id) const {
    if (wanted_[id] || consumers_[id].size() != 1) return std::nullopt;
    return consumers_[id][0];
  }

  void contraction(NodeId id) {
    const uint32_t g = add_group(GroupKind::contraction, id);
    for (const NodeId input : node(id).inputs) depend(g, input);
    const ContractionTail tail =
        contraction_tail(graph_, id, [&](NodeId of) { return sole_consumer(of); });
    for (const NodeId taken : tail.nodes) {
      fusion_.groups[g].nodes.push_back(taken);
      group(taken) = g;
    }
    if (tail.bias) depend(g, *tail.bias);
  }

  bool wide(NodeId id) const {
    const Node& n = node(id);
    if (compares_small_integers(graph_, id)) return false;
    if (needs_wide(n.dtype)) return true;
    return std::any_of(n.inputs.begin(), n.inputs.end(),
                       [&](NodeId input) { return needs_wide(node(input).dtype); });
  }

  // The columns that a node asks of its group; broadcasts that do not go along are materialized.
  size_t columns_of(NodeId id) {
    const Node& n = node(id);
    if (is_reduction(n.operation))
      return tile_reduction(graph_, id, fusion_.last[n.inputs[0]])->columns;
    size_t columns = 0;
    for (const NodeId input : n.inputs) {
      const Node& operand = node(input);
      if (operand.operation != Op::broadcast_to) continue;
      const auto how = repetition(node(operand.inputs[0]).shape, operand.shape, fusion_.last[id]);
      if (how && (how->columns == 0 || columns == 0 || how->columns == columns)) {
        columns = std::max(columns, how->columns);
      } else {
        forced_.push_back(input);
      }
    }
    return columns;
  }

  bool is_forced(NodeId id) const {
    return std::find(forced_.begin(), forced_.end(), id) != forced_.end();
  }

  void tile(NodeId id) {
    const Node& n = node(id);
    const size_t count = element_count(node(is_reduction(n.operation) ? n.inputs[0] : id).shape);
    const size_t columns = columns_of(id);
    const bool is_wide = wide(id);
    // Groups whose values this node can take from their registers, the latest first.
    std::vector<uint32_t> soft;
    for (const NodeId input : n.inputs) {
      const NodeId root = fusion_.root_of[input];
      if (group(root) == Fusion::none || passes_barrier(input)) continue;
      const uint32_t g = find(group(root));
      if (fusion_.groups[g].kind == GroupKind::tile && is_elementwise(node(root).operation) &&
          element_count(node(root).shape) == count && fusion_.in_order(graph_, input, order_of(id)))
        soft.push_back(g);
    }
    std::sort(soft.rbegin(), soft.rend());
    soft.erase(std::unique(soft.begin(), soft.end()), soft.end());
    for (const uint32_t g : soft) {
      if (!fits(g, count, columns, is_wide, {&id, 1}) || !can_join(id, g)) continue;
      Group& into = fusion_.groups[g];
      into.nodes.push_back(id);
      into.columns = std::max(into.columns, columns);
      group(id) = g;
      for (const NodeId input : n.inputs) depend_tile(g, input);
      for (const uint32_t other : soft)
        if (other != g) try_merge(g, other);
      return;
    }
    const uint32_t g = add_group(GroupKind::tile, id);
    fusion_.groups[g].count = count;
    fusion_.groups[g].columns = columns;
    fusion_.groups[g].wide = is_wide;
    for (const NodeId input : n.inputs) depend_tile(g, input);
  }

  // Of the tensor that an elementwise node or a reduction runs over.
  bool order_of(NodeId id) const {
    return fusion_.last[is_reduction(node(id).operation) ? node(id).inputs[0] : id];
  }

  bool passes_barrier(NodeId id) const {
    while (is_alias(node(id).operation)) {
      if (node(id).operation == Op::barrier) return true;
      id = node(id).inputs[0];
    }
    return false;
  }

  void depend_tile(uint32_t g, NodeId input) {
    depend(g, input);
    for (uint32_t& before : inputs_[g]) before = find(before);
    std::erase(inputs_[g], g);
  }

  bool fits(uint32_t g, size_t count, size_t columns, bool is_wide,
            std::span<const NodeId> more) const {
    const Group& into = fusion_.groups[g];
    return into.count == count && into.wide == is_wide &&
           (columns == 0 || into.columns == 0 || columns == into.columns) &&
           fits_tile_machine(graph_, into.nodes, more);
  }

  // Nothing that the node reads may wait for the group, but for what the group holds in registers.
  bool can_join(NodeId id, uint32_t g) {
    for (const NodeId input : node(id).inputs) {
      std::vector<uint32_t> before;
      collect(input, before);
      const NodeId root = fusion_.root_of[input];
      const bool held = group(root) != Fusion::none && find(group(root)) == g &&
                        is_elementwise(node(root).operation) && !passes_barrier(input) &&
                        fusion_.in_order(graph_, input, order_of(id));
      for (const uint32_t other : before) {
        if (other == g) {
          if (!held) return false;
        } else if (depends(other, g)) {
          return false;
        }
      }
    }
    return true;
  }

  void collect(NodeId id, std::vector<uint32_t>& out) {
    const Node& n = node(id);
    if (n.operation == Op::barrier) {
      collect(n.inputs[0], out), collect(n.inputs[1], out);
    } else if (group(id) != Fusion::none) {
      out.push_back(find(group(id)));
    } else if (is_alias(n.operation) || n.operation == Op::broadcast_to) {
      collect(n.inputs[0], out);
    }
  }

  // `other` becomes a part of `g` where neither waits for the other through a third, or through
  // what the tile machine has only at its end.
  void try_merge(uint32_t g, uint32_t other) {
    Group& into = fusion_.groups[g];
    Group& from = fusion_.groups[other];
    if (!fits(g, from.count, from.columns, from.wide, from.nodes)) return;
    for (const uint32_t before : inputs_[g])
      if (find(before) != other && depends(find(before), other)) return;
    for (const uint32_t before : inputs_[other])
      if (find(before) != g && depends(find(before), g)) return;
    const auto reads_end = [&](const Group& reader, uint32_t of) {
      return std::any_of(reader.nodes.begin(), reader.nodes.end(), [&](NodeId id) {
        return std::any_of(node(id).inputs.begin(), node(id).inputs.end(), [&](NodeId input) {
          std::vector<uint32_t> before;
          collect(input, before);
          if (std::find(before.begin(), before.end(), of) == before.end()) return false;
          const NodeId root = fusion_.root_of[input];
          return node(input).operation == Op::broadcast_to || passes_barrier(input) ||
                 !is_elementwise(node(root).operation) ||
                 !fusion_.in_order(graph_, input, order_of(id));
        });
      });
    };
    if (reads_end(into, other) || reads_end(from, g)) return;
    into.nodes.insert(into.nodes.end(), from.nodes.begin(), from.nodes.end());
    std::sort(into.nodes.begin(), into.nodes.end());
    into.columns = std::max(into.columns, from.columns);
    for (const NodeId id : from.nodes) group(id) = g;
    from.nodes.clear();
    if (merged_.size() < fusion_.groups.size())
      for (size_t i = merged_.size(); i < fusion_.groups.size(); ++i)
        merged_.push_back(static_cast<uint32_t>(i));
    merged_[other] = g;
    inputs_[g].insert(inputs_[g].end(), inputs_[other].begin(), inputs_[other].end());
    for (uint32_t& before : inputs_[g]) before = find(before);
    std::erase(inputs_[g], g);
    std::sort(inputs_[g].begin(), inputs_[g].end());
    inputs_[g].erase(std::unique(inputs_[g].begin(), inputs_[g].end()), inputs_[g].end());
  }

  // A repeated tensor is written out only for readers that cannot repeat it themselves.
  void materialize(NodeId id) {
    if (node(id).operation != Op::broadcast_to) return;
    bool needed_whole = wanted_[id] || is_forced(id);
    for (const NodeId reader : consumers_[id]) {
      const Node& n = node(reader);
      const bool in_tile = is_elementwise(n.operation) ||
                           (group(reader) != Fusion::none &&
                            fusion_.groups[find(group(reader))].kind == GroupKind::contraction &&
                            reader != fusion_.groups[find(group(reader))].nodes[0]);
      if (in_tile || n.operation == Op::broadcast_to) continue;
      if (constant_number(graph_, id) && is_reduction(n.operation) &&
          tile_reduction(graph_, reader, false))
        continue;
      needed_whole = true;
    }
    if (!needed_whole) return;
    const uint32_t g = add_group(GroupKind::other, id);
    depend(g, node(id).inputs[0]);
  }

  // By the last node of each, as far as what must run before allows.
  void order() {
    const size_t count = fusion_.groups.size();
    for (size_t i = merged_.size(); i < count; ++i) merged_.push_back(static_cast<uint32_t>(i));
    std::vector<std::vector<uint32_t>> readers(count);
    std::vector<size_t> waits(count, 0);
    for (uint32_t g = 0; g < count; ++g) {
      if (fusion_.groups[g].nodes.empty()) continue;
      // Broadcasts that became groups of their own are read through those.
      std::vector<uint32_t> before;
      for (const NodeId id : fusion_.groups[g].nodes)
        for (const NodeId input : node(id).inputs) collect(input, before);
      std::sort(before.begin(), before.end());
      before.erase(std::unique(before.begin(), before.end()), before.end());
      for (const uint32_t other : before)
        if (other != g) readers[other].push_back(g), ++waits[g];
    }
    using Entry = std::pair<NodeId, uint32_t>;
    std::priority_queue<Entry, std::vector<Entry>, std::greater<>> ready;
    for (uint32_t g = 0; g < count; ++g)
      if (!fusion_.groups[g].nodes.empty() && waits[g] == 0)
        ready.push({fusion_.groups[g].nodes.back(), g});
    std::vector<Group> sorted;
    std::vector<uint32_t> place(count, Fusion::none);
    while (!ready.empty()) {
      const uint32_t g = ready.top().second;
      ready.pop();
      place[g] = static_cast<uint32_t>(sorted.size());
      sorted.push_back(fusion_.groups[g]);
      for (const uint32_t reader : readers[g])
        if (--waits[reader] == 0) ready.push({fusion_.groups[reader].nodes.back(), reader});
    }
    for (const NodeId id : fusion_.nodes)
      if (group(id) != Fusion::none) group(id) = place[find(group(id))];
    const size_t live =
        static_cast<size_t>(std::count_if(fusion_.groups.begin(), fusion_.groups.end(),
                                          [](const Group& g) { return !g.nodes.empty(); }));
    if (sorted.size() != live) throw std::logic_error("fuse: kernels wait for one another");
    fusion_.groups = std::move(sorted);
  }

  void store() {
    fusion_.stored.assign(graph_.size(), false);
    for (const Symbol output : outputs_) fusion_.stored[fusion_.root_of[output.id()]] = true;
    for (const NodeId reader : fusion_.nodes) {
      if (is_alias(node(reader).operation) || group(reader) == Fusion::none) continue;
      const Group& by = fusion_.groups[group(reader)];
      for (NodeId id : node(reader).inputs) {
        if (group(fusion_.root_of[id]) == Fusion::none && node(id).operation == Op::broadcast_to)
          id = node(id).inputs[0];
        const NodeId root = fusion_.root_of[id];
        const bool held =
            group(root) == group(reader) &&
            (by.kind == GroupKind::contraction || (is_elementwise(node(root).operation) &&
                                                   fusion_.in_order(graph_, id, order_of(reader))));
        if (!held) fusion_.stored[root] = true;
      }
    }
  }

  const Graph& graph_;
  std::span<const Symbol> outputs_;
  Fusion fusion_;
  std::vector<std::vector<NodeId>> consumers_;
  std::vector<bool> wanted_;
  std::vector<NodeId> forced_;
  std::vector<std::vector<uint32_t>> inputs_;  // of each group, those before it
  std::vector<uint32_t> merged_;
  std::vector<uint64_t> visited_;
  uint64_t stamp_ = 0;
};

}  // namespace

bool Fusion::in_order(const Graph& graph, NodeId id, bool channels_innermost) const {
  const NodeId root = root_of[id];
  return last[root] == channels_innermost &&
         (!channels_innermost || graph[root].shape == graph[id].shape);
}

Fusion fuse(std::span<const Symbol> outputs) { return Fuser(outputs).run(); }

}  // namespace thalweg
