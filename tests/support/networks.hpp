// Small networks with their gradients, as compiled programs meet them.
#pragma once

#include <fmt/format.h>

#include <sstream>
#include <string>

#include "thalweg/graph/activation.hpp"
#include "thalweg/graph/differentiate.hpp"
#include "thalweg/graph/layer.hpp"
#include "thalweg/graph/loss.hpp"
#include "thalweg/program/program.hpp"

namespace thalweg {

// Inputs p0, p1, ... in the order in which they are asked for.
struct Parameters {
  Graph& graph;
  DType dtype;
  Symbols all;

  Symbol operator()(Shape shape) {
    all.push_back(graph.input(fmt::format("p{}", all.size()), dtype, std::move(shape)));
    return all.back();
  }
};

// The mean cross-entropy of logits [batch, classes] with its derivatives.
inline Symbols step_of(Symbol logits, const Symbols& parameters) {
  const Symbol y = logits.graph().input("y", DType::int32, {logits.extent(0)});
  const Symbol loss = mean(cross_entropy(logits, y));
  Symbols out = {loss};
  for (const Symbol g : gradient(loss, parameters)) out.push_back(g);
  return out;
}

// Two hidden layers of 12 on [batch, 20], 10 classes.
inline Symbols mlp_step(Graph& graph, DType dtype, size_t batch = 32) {
  Parameters make{graph, dtype, {}};
  Symbol x = graph.input("x", dtype, {batch, 20});
  x = relu(dense(x, make({12, 20}), make({12})));
  x = relu(dense(x, make({12, 12}), make({12})));
  x = dense(x, make({10, 12}), make({10}));
  return step_of(x, make.all);
}

// Three convolutions, two poolings and two dense layers on [batch, 1, 8, 8].
inline Symbols cnn_step(Graph& graph, DType dtype, size_t batch = 4) {
  Parameters make{graph, dtype, {}};
  const auto layer = [&](Symbol x, size_t filters) {
    const Symbol w = make({filters, x.extent(1), 3, 3}), b = make({filters});
    return relu(convolution(x, w, Window::uniform(2, 1, 1)) + reshape(b, {filters, 1, 1}));
  };
  Symbol x = graph.input("x", dtype, {batch, 1, 8, 8});
  x = max_pool(layer(layer(x, 8), 16), {2, 2}, Window::uniform(2, 2));
  x = max_pool(layer(x, 16), {2, 2}, Window::uniform(2, 2));
  x = reshape(x, {batch, 64});
  x = relu(dense(x, make({12, 64}), make({12})));
  x = dense(x, make({10, 12}), make({10}));
  return step_of(x, make.all);
}

// What runs, without the names of memory. Without the copies that bring weights into the formats
// that the library chose, which depend on the machine.
inline std::string kernels_of(const Symbols& outputs, const CompileOptions& options = {}) {
  std::istringstream lines(Program::compile(outputs, options).text());
  std::string out;
  for (std::string line; std::getline(lines, line);) {
    line = line.substr(line.find(" = ") + 3);
    line = line.substr(0, line.rfind('('));
    if (!line.starts_with("reorder")) out += line + "\n";
  }
  return out;
}

}  // namespace thalweg
