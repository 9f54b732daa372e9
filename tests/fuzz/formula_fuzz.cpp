// Any text as a formula: read, or refused in one line; what is read can be traced.
#include <cstdint>

#include "thalweg/base/error.hpp"
#include "thalweg/graph/expression.hpp"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace thalweg;
  try {
    const Expression expression = Expression::parse({reinterpret_cast<const char*>(data), size});
    Graph graph;
    expression.trace(graph, DType::float64,
                     [&](size_t) { return graph.constant(0.5, DType::float64); });
  } catch (const Error&) {
  }
  return 0;
}
