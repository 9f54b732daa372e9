#include "thalweg/program/traced.hpp"

#include <algorithm>

namespace thalweg {

std::vector<NodeId> needed(std::span<const Symbol> outputs) {
  if (outputs.empty()) return {};
  const Graph& graph = outputs[0].graph();
  std::vector<bool> wanted(graph.size());
  for (const Symbol output : outputs) wanted[output.id()] = true;
  std::vector<NodeId> out;
  for (NodeId id = graph.size(); id-- > 0;) {
    if (!wanted[id]) continue;
    out.push_back(id);
    for (const NodeId input : graph[id].inputs) wanted[input] = true;
  }
  std::reverse(out.begin(), out.end());
  return out;
}

}  // namespace thalweg
