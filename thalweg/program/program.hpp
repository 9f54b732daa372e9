// Program: a traced computation compiled to a flat list of kernel calls over one planned arena.
//
//   Graph graph;
//   const Symbol x = graph.input("x", DType::float32, {128, 784}), w = ..., loss = ...;
//   Symbols outputs = {loss};
//   for (Symbol g : gradient(loss, parameters)) outputs.push_back(g);
//   Program step = Program::compile(outputs);
//   step.run(inputs, results);  // pointers in the order of step.inputs() and step.outputs()
//
// A value that its owner keeps: no hidden cache, no lock. A replay reads the inputs and writes the
// results where the caller has them, and allocates nothing of its own (oneDNN makes a few small
// allocations a call). The bits of a run depend on the instruction set, the library's version and,
// where oneDNN takes part, the number of threads; not on what ran before.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "thalweg/graph/symbol.hpp"

namespace thalweg {

// A tensor that goes into a program or comes out of it; results have no name.
struct ProgramTensor {
  std::string name;
  DType dtype = DType::float32;
  Shape shape;
};

enum class Precision : uint8_t {
  as_traced,
  bfloat16,  // float32 products and convolutions read bfloat16 and add up in float32, and what
             // activations give to them is kept in bfloat16 alone; all else as traced
};

struct CompileOptions {
  Precision precision = Precision::as_traced;
};

class Program {
 public:
  // Outputs of one graph; only what they need is compiled. Throws Error in one line where a kernel
  // refuses.
  static Program compile(std::span<const Symbol> outputs, const CompileOptions& options = {});

  // The graph's inputs that the outputs need, in the order in which they were recorded.
  const std::vector<ProgramTensor>& inputs() const;
  const std::vector<ProgramTensor>& outputs() const;

  // inputs and results: dense row-major memory of those dtypes and shapes, aligned to their items.
  // A result may lie in the memory of no input and of no other result. One thread at a time. Throws
  // Error where an index of gather or scatter is out of range.
  void run(std::span<const void* const> inputs, std::span<void* const> results);

  // Bytes of the arena, which holds all between inputs and results.
  size_t memory() const;
  size_t kernels() const;
  // One kernel call a line, for people and golden tests.
  std::string text() const;

  struct State;

 private:
  explicit Program(std::shared_ptr<State> state) : state_(std::move(state)) {}
  std::shared_ptr<State> state_;
};

}  // namespace thalweg
