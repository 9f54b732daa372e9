#include "thalweg/graph/differentiate.hpp"

#include <algorithm>
#include <map>
#include <optional>

#include "thalweg/base/error.hpp"

namespace thalweg {
namespace {

Symbol zeros_like(Symbol x) { return broadcast_to(x.graph().constant(0, x.dtype()), x.shape()); }

void check_pairs(std::string_view asked, std::span<const Symbol> of,
                 std::span<const Symbol> given) {
  if (of.size() != given.size())
    fail("{}: found {} for {} symbols; expected one for each", asked, given.size(), of.size());
  for (size_t i = 0; i < of.size(); ++i)
    if (of[i].dtype() != given[i].dtype() || of[i].shape() != given[i].shape())
      fail("{}: found {} for {}; expected the same dtype and shape", asked,
           describe(given[i].node()), describe(of[i].node()));
}

// One backward pass over the nodes before `end`.
class Sweep {
 public:
  Sweep(Graph& graph, NodeId end, std::span<const Symbol> by)
      : graph_(graph), regions_(graph.regions()), active_(end) {
    for (const Symbol symbol : by) {
      if (!is_floating(symbol.dtype()))
        fail("gradient: found {}; expected to differentiate by floating numbers",
             describe(symbol.node()));
      if (symbol.id() < end) active_[symbol.id()] = true;
    }
    for (NodeId id = 0; id < end; ++id) {
      const Node& node = graph_[id];
      if (!row(node.operation).derivative || !is_floating(node.dtype)) continue;
      for (const NodeId input : node.inputs)
        if (active_[input]) active_[id] = true;
    }
  }

  void add(NodeId id, Symbol cotangent) {
    if (id >= active_.size() || !active_[id]) return;
    if (cotangents_.size() <= id) cotangents_.resize(id + 1);
    Symbol& sum = cotangents_[id];
    sum = sum ? sum + cotangent : cotangent;
  }

  Symbol cotangent(NodeId id) const { return id < cotangents_.size() ? cotangents_[id] : Symbol(); }

  // Backward over the nodes [begin, end). A region that is the whole of it is the copy of one that
  // is being recomputed.
  void run(NodeId begin, NodeId end) {
    for (NodeId id = end; id-- > begin;) {
      if (const auto region = outermost(begin, end, id + 1)) {
        recompute(*region);
        id = region->begin;
      } else if (row(graph_[id].operation).derivative && cotangent(id)) {
        pull({{graph_, id}, cotangent(id)});
      }
    }
  }

 private:
  void pull(const Step& step) {
    const Node& node = step.node();
    for (size_t i = 0; i < node.inputs.size(); ++i) {
      if (!active_[node.inputs[i]]) continue;
      if (const Symbol found = row(node.operation).derivative(step, i)) add(node.inputs[i], found);
    }
  }

  // The largest region that ends at `last` and is a proper part of [begin, end).
  std::optional<Graph::Region> outermost(NodeId begin, NodeId end, NodeId last) const {
    std::optional<Graph::Region> found;
    for (const Graph::Region& region : regions_)
      if (region.end == last && region.begin >= begin && region.end - region.begin < end - begin &&
          (!found || region.begin < found->begin))
        found = region;
    return found;
  }

  // Records the region's nodes again, reading through barriers what comes from outside, and goes
  // backward through the copy. What arrives at the barriers is handed on,
  // and what arrives at the copies is that of the nodes.
  void recompute(Graph::Region region) {
    Symbol after;
    for (NodeId id = region.begin; id < region.end && !after; ++id) after = cotangent(id);
    if (!after) return;
    std::map<NodeId, NodeId> inside;  // a node's place in the copy, or its barrier
    for (NodeId id = region.begin; id < region.end; ++id)
      for (const NodeId input : graph_[id].inputs)
        if (input < region.begin && !inside.contains(input))
          inside[input] = barrier({graph_, input}, after).id();
    const NodeId begin = graph_.size();
    for (NodeId id = region.begin; id < region.end; ++id) {
      Node copy = graph_[id];
      if (copy.operation == Operation::input)
        fail("checkpoint: found input \"{}\" made inside; make it before", copy.attributes.name);
      for (NodeId& input : copy.inputs) input = inside.at(input);
      inside[id] = graph_.record(std::move(copy)).id();
    }
    const NodeId end = graph_.size();
    for (const Graph::Region& inner : std::vector(regions_)) {
      if (inner.begin < region.begin || inner.end > region.end) continue;
      regions_.push_back({inside.at(inner.begin), inside.at(inner.end - 1) + 1});
      graph_.add_region(regions_.back());
    }
    active_.resize(end);
    for (const auto& [outer, copied] : inside) active_[copied] = active_[outer];
    for (NodeId id = region.begin; id < region.end; ++id)
      if (const Symbol found = cotangent(id)) add(inside.at(id), found);
    run(begin, end);
    for (const auto& [outer, copied] : inside) {
      const Symbol found = cotangent(copied);
      if (found && outer < region.begin)
        add(outer, found);
      else if (found)
        cotangents_[outer] = found;
    }
  }

  Graph& graph_;
  std::vector<Graph::Region> regions_;
  std::vector<bool> active_;  // depends, differentiably, on what is differentiated by
  Symbols cotangents_;        // by node; empty where none arrived
};

}  // namespace

Symbols vector_jacobian_product(std::span<const Symbol> outputs, std::span<const Symbol> cotangents,
                                std::span<const Symbol> by) {
  check_pairs("vector_jacobian_product", outputs, cotangents);
  if (by.empty()) return {};
  Graph& graph = by[0].graph();
  NodeId end = 0;
  for (const Symbol output : outputs) end = std::max(end, output.id() + 1);
  Sweep sweep(graph, end, by);
  for (size_t i = 0; i < outputs.size(); ++i) sweep.add(outputs[i].id(), cotangents[i]);
  sweep.run(0, end);
  Symbols out;
  for (const Symbol symbol : by) {
    const Symbol found = sweep.cotangent(symbol.id());
    out.push_back(found ? found : zeros_like(symbol));
  }
  return out;
}

Symbols gradient(Symbol value, std::span<const Symbol> by) {
  if (!is_floating(value.dtype()) || value.rank() != 0)
    fail("gradient: found a value {}; expected a floating scalar", describe(value.node()));
  return vector_jacobian_product(Symbols{value}, Symbols{value.graph().constant(1, value.dtype())},
                                 by);
}

Symbol gradient(Symbol value, Symbol by) { return gradient(value, Symbols{by})[0]; }

Symbols jacobian_vector_product(std::span<const Symbol> outputs, std::span<const Symbol> by,
                                std::span<const Symbol> tangents) {
  check_pairs("jacobian_vector_product", by, tangents);
  Symbols cotangents;  // any numbers: the product is linear in them, and its derivative is taken
  for (const Symbol output : outputs) cotangents.push_back(zeros_like(output));
  const Symbols products = vector_jacobian_product(outputs, cotangents, by);
  return vector_jacobian_product(products, tangents, cotangents);
}

Symbols hessian_product(Symbol value, std::span<const Symbol> by,
                        std::span<const Symbol> directions) {
  check_pairs("hessian_product", by, directions);
  return vector_jacobian_product(gradient(value, by), directions, by);
}

Symbols checkpoint(const std::function<Symbols(const Symbols& inputs)>& function,
                   const Symbols& inputs) {
  if (inputs.empty()) fail("checkpoint: found no inputs; expected at least one");
  Graph& graph = inputs[0].graph();
  const NodeId begin = graph.size();
  Symbols outputs = function(inputs);
  if (graph.size() > begin) graph.add_region({begin, graph.size()});
  return outputs;
}

}  // namespace thalweg
