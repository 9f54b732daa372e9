// What rewriting passes share.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <unordered_map>
#include <vector>

#include "thalweg/program/traced.hpp"

namespace thalweg {

// One pass from the nodes of one graph to those of another, in which equal nodes are one.
class Rewriter {
 public:
  Rewriter();

  // The node of the new graph that equals this one, whose inputs are of the new graph.
  Symbol share(Node node);
  Symbol make(Operation operation, std::vector<NodeId> inputs, DType dtype, Shape shape,
              Attributes attributes = {});
  // The number, repeated to the shape of `like`.
  Symbol number(double value, const Node& like);

  const Node& operator[](NodeId id) const { return (*graph_)[id]; }
  Graph& graph() { return *graph_; }

  // An equal node that is there already.
  std::optional<NodeId> find(const Node& node) const;

  Traced finish(Symbols outputs) { return {std::move(graph_), std::move(outputs)}; }

 private:
  std::unique_ptr<Graph> graph_;
  std::unordered_multimap<size_t, NodeId> known_;
};

// Records what `rule` makes of each node that the outputs need: its place in the old graph, and the
// node with inputs of the new one.
Traced rewrite_each(std::span<const Symbol> outputs,
                    const std::function<Symbol(Rewriter&, NodeId from, Node)>& rule);

}  // namespace thalweg
