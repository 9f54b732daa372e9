#include "thalweg/base/error.hpp"
#include "thalweg/objective/function/tracing.hpp"

namespace thalweg {

std::span<const FunctionRow> functions() {
  static const std::vector<FunctionRow> rows = [] {
    std::vector<FunctionRow> out;
    for (const auto part :
         {functions_of::systems, functions_of::fits, functions_of::variable, functions_of::usual})
      for (FunctionRow& row : part()) out.push_back(std::move(row));
    return out;
  }();
  return rows;
}

size_t checked_dimension(const FunctionRow& row, size_t dimension) {
  if (dimension == 0) return row.dimension;
  if (dimension < row.least || dimension > row.most || dimension % row.multiple != 0)
    fail("function {}: found {} dimensions; expected {}{}", row.name, dimension,
         row.least == row.most ? fmt::format("{}", row.least)
                               : fmt::format("{} to {}", row.least, row.most),
         row.multiple > 1 ? fmt::format(", a multiple of {}", row.multiple) : "");
  return dimension;
}

FunctionTrace trace_function(const FunctionRow& row, size_t dimension) {
  FunctionTrace out;
  row.trace(out, checked_dimension(row, dimension));
  return out;
}

}  // namespace thalweg
