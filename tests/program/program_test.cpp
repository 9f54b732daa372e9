#include "thalweg/program/program.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "tests/support/allocation.hpp"
#include "tests/support/networks.hpp"
#include "tests/support/operation_examples.hpp"
#include "tests/support/program_run.hpp"
#include "tests/support/random_graph.hpp"

namespace thalweg {
namespace {

class EveryProgram : public testing::TestWithParam<Operation> {};

// The example with its derivatives and Hessian products, as the slow evaluator has them.
void check(Operation operation, DType dtype, double tolerance) {
  const MakeExample& make = operation_examples().at(operation);
  for (uint64_t seed = 0; seed < 30; ++seed) {
    SCOPED_TRACE(seed);
    Trace trace(seed, dtype);
    Symbols outputs = {make(trace)};
    if (outputs[0].dtype() == dtype && !trace.by.empty()) {
      const Symbol value = reduce_sum(outputs[0] * (1 + 0.25 * outputs[0]));
      outputs.push_back(value);
      Symbols directions;
      for (const Symbol x : trace.by) directions.push_back(0.5 * x);
      for (const Symbol g : gradient(value, trace.by)) outputs.push_back(g);
      for (const Symbol h : hessian_product(value, trace.by, directions)) outputs.push_back(h);
    }
    expect_as_evaluated(outputs, trace.values, tolerance);
    if (testing::Test::HasFailure()) {
      ADD_FAILURE() << to_text(outputs);
      return;
    }
  }
}

TEST_P(EveryProgram, HasTheValuesOfItsGraph) {
  // The evaluator rounds nothing to float32.
  check(GetParam(), DType::float64, GetParam() == Operation::cast ? 1e-6 : 1e-12);
}

TEST_P(EveryProgram, HasThemInFloat32) {
  using Op = Operation;
  // Their examples are of float64.
  if (GetParam() == Op::average_pool_gradient || GetParam() == Op::custom) return;
  // Discontinuous: a number that is rounded may be on the other side.
  if (GetParam() == Op::floor || GetParam() == Op::max_pool_indices) return;
  check(GetParam(), DType::float32, 3e-6);
}

INSTANTIATE_TEST_SUITE_P(Table, EveryProgram, testing::ValuesIn([] {
                           std::vector<Operation> out;
                           for (const OperationRow& row : operations())
                             out.push_back(row.operation);
                           return out;
                         }()),
                         [](const auto& item) { return std::string(row(item.param).name); });

class RandomPrograms : public testing::TestWithParam<int> {};

TEST_P(RandomPrograms, HaveTheValuesOfTheirGraphs) {
  for (const DType dtype : {DType::float64, DType::float32})
    for (uint64_t seed = 0; seed < 20; ++seed) {
      SCOPED_TRACE(seed + 20 * static_cast<uint64_t>(GetParam()));
      RandomGraph graph(seed + 20 * static_cast<uint64_t>(GetParam()), dtype);
      const Symbols outputs = graph.grow(30);
      expect_as_evaluated(outputs, graph.trace.values, dtype == DType::float64 ? 1e-11 : 2e-4);
      if (HasFailure()) {
        ADD_FAILURE() << name_of(dtype) << "\n" << to_text(outputs);
        return;
      }
    }
}

// Beyond a tile, and in parallel.
TEST_P(RandomPrograms, HaveThemInManyTiles) {
  for (const DType dtype : {DType::float64, DType::float32}) {
    const uint64_t seed = 5000 + static_cast<uint64_t>(GetParam());
    RandomGraph graph(seed, dtype, 40);
    const Symbols outputs = graph.grow(20);
    expect_as_evaluated(outputs, graph.trace.values, dtype == DType::float64 ? 1e-11 : 2e-4);
    if (HasFailure()) {
      ADD_FAILURE() << name_of(dtype) << seed << "\n" << to_text(outputs);
      return;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Seeds, RandomPrograms, testing::Range(0, 8));

// What operator new was asked for in one run, after a first one.
size_t allocations_of(const Symbols& outputs, const CompileOptions& options = {}) {
  Program program = Program::compile(outputs, options);
  std::vector<Buffer<std::byte>> memory;
  std::vector<const void*> inputs;
  std::vector<void*> results;
  for (const ProgramTensor& tensor : program.inputs())
    inputs.push_back(
        memory.emplace_back(element_count(tensor.shape) * size_of(tensor.dtype), std::byte{0})
            .data());
  for (const ProgramTensor& tensor : program.outputs())
    results.push_back(
        memory.emplace_back(element_count(tensor.shape) * size_of(tensor.dtype)).data());
  program.run(inputs, results);
  const size_t before = allocations();
  program.run(inputs, results);
  return allocations() - before;
}

TEST(Program, ReplayAllocatesNothing) {
  Graph plain;
  EXPECT_EQ(allocations_of(mlp_step(plain, DType::float64, 300)), 0);
  Graph images;
  EXPECT_EQ(allocations_of(cnn_step(images, DType::float64, 20)), 0);
}

TEST(Program, ReplayAllocatesLittleInTheLibrary) {
  // oneDNN makes a few for each of its calls.
  Graph graph;
  const Symbols step = mlp_step(graph, DType::float32, 300);
  EXPECT_LE(allocations_of(step), 30 * Program::compile(step).kernels());
}

// A stack of dense layers, each in a checkpoint or not, with its derivatives.
Symbols deep_step(Graph& graph, bool kept) {
  Symbols parameters;
  Symbol x = graph.input("x", DType::float64, {64, 40});
  for (size_t block = 0; block < 8; ++block) {
    Symbols inside = {x};
    for (size_t layer = 0; layer < 4; ++layer) {
      parameters.push_back(
          graph.input(fmt::format("w{}", parameters.size()), DType::float64, {40, 40}));
      inside.push_back(parameters.back());
    }
    const auto layers = [](const Symbols& in) {
      Symbol h = in[0];
      for (size_t i = 1; i < in.size(); ++i) h = tanh(matmul(h, in[i]));
      return Symbols{h};
    };
    x = kept ? layers(inside)[0] : checkpoint(layers, inside)[0];
  }
  Symbols out = {mean(x * x)};
  for (const Symbol g : gradient(out[0], parameters)) out.push_back(g);
  return out;
}

TEST(Program, CheckpointsSaveMemory) {
  Graph graph, again;
  const Symbols kept = deep_step(graph, true), computed = deep_step(again, false);
  const Program all = Program::compile(kept), few = Program::compile(computed);
  // Of 32 activations each block keeps its last, and one block at a time has its 4 with what their
  // derivatives need.
  constexpr size_t activation = 64 * 40 * 8;
  EXPECT_GE(all.memory(), 32 * activation);
  EXPECT_LE(few.memory(), 17 * activation);
  const auto products = [](const Program& program) {
    size_t count = 0;
    const std::string text = program.text();
    for (size_t at = text.find("matmul"); at != text.npos; at = text.find("matmul", at + 1))
      ++count;
    return count;
  };
  EXPECT_EQ(products(few), products(all) + 32);

  std::map<NodeId, Array> values, same;
  Random random(5, 0);
  for (const NodeId id : graph.inputs()) {
    Array array{graph[id].shape, std::vector<double>(element_count(graph[id].shape))};
    for (double& number : array.values) number = 0.2 * random.normal();
    values[id] = array;
    same[again.input(graph[id].attributes.name)] = array;
  }
  Program first = all, second = few;
  const std::vector<Array> expected = run(first, graph, values), found = run(second, again, same);
  for (size_t k = 0; k < expected.size(); ++k) EXPECT_EQ(found[k].values, expected[k].values);
}

}  // namespace
}  // namespace thalweg
