// Runs a compiled program on arrays of doubles and compares it with the slow evaluator.
#pragma once

#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <cstring>
#include <map>
#include <vector>

#include "tests/support/graph_evaluator.hpp"
#include "thalweg/graph/differentiate.hpp"
#include "thalweg/program/program.hpp"
#include "thalweg/tensor/buffer.hpp"

namespace thalweg {

inline Buffer<std::byte> pack(const Array& array, DType dtype) {
  Buffer<std::byte> out(array.values.size() * size_of(dtype));
  for (size_t i = 0; i < array.values.size(); ++i) {
    std::byte* to = out.data() + i * size_of(dtype);
    const double x = array.values[i];
    if (dtype == DType::float64) std::memcpy(to, &x, 8);
    const float narrow = static_cast<float>(x);
    if (dtype == DType::float32) std::memcpy(to, &narrow, 4);
    const auto whole = static_cast<int32_t>(dtype == DType::int32 ? x : 0);
    if (dtype == DType::int32) std::memcpy(to, &whole, 4);
    if (dtype == DType::boolean) *to = std::byte(x != 0);
    const auto half = static_cast<uint16_t>(std::bit_cast<uint32_t>(narrow) >> 16);
    if (dtype == DType::bfloat16) std::memcpy(to, &half, 2);
  }
  return out;
}

inline Array unpack(const Buffer<std::byte>& bytes, DType dtype, const Shape& shape) {
  Array out{shape, std::vector<double>(element_count(shape))};
  for (size_t i = 0; i < out.values.size(); ++i) {
    const std::byte* from = bytes.data() + i * size_of(dtype);
    float narrow = 0;
    int32_t whole = 0;
    uint16_t half = 0;
    switch (dtype) {
      case DType::float64:
        std::memcpy(&out.values[i], from, 8);
        break;
      case DType::float32:
        std::memcpy(&narrow, from, 4);
        out.values[i] = static_cast<double>(narrow);
        break;
      case DType::int32:
        std::memcpy(&whole, from, 4);
        out.values[i] = whole;
        break;
      case DType::boolean:
        out.values[i] = static_cast<double>(*from);
        break;
      case DType::bfloat16:
        std::memcpy(&half, from, 2);
        out.values[i] =
            static_cast<double>(std::bit_cast<float>(static_cast<uint32_t>(half) << 16));
        break;
    }
  }
  return out;
}

// The results of a run; inputs by the graph's nodes.
inline std::vector<Array> run(Program& program, const Graph& graph,
                              const std::map<NodeId, Array>& values) {
  std::vector<Buffer<std::byte>> given, made;
  std::vector<const void*> inputs;
  std::vector<void*> results;
  for (const ProgramTensor& tensor : program.inputs()) {
    given.push_back(pack(values.at(graph.input(tensor.name)), tensor.dtype));
    inputs.push_back(given.back().data());
  }
  for (const ProgramTensor& tensor : program.outputs()) {
    made.emplace_back(element_count(tensor.shape) * size_of(tensor.dtype));
    results.push_back(made.back().data());
  }
  program.run(inputs, results);
  std::vector<Array> out;
  for (size_t i = 0; i < made.size(); ++i)
    out.push_back(unpack(made[i], program.outputs()[i].dtype, program.outputs()[i].shape));
  return out;
}

// Fails unless every number is within tolerance * (1 + the largest of its tensor); twice, so that a
// second run sees what the first has left.
inline void expect_as_evaluated(const Symbols& outputs, const std::map<NodeId, Array>& values,
                                double tolerance, const CompileOptions& options = {}) {
  const std::vector<Array> expected = evaluate(outputs, values);
  Program program = Program::compile(outputs, options);
  for (int time = 0; time < 2; ++time) {
    const std::vector<Array> found = run(program, outputs[0].graph(), values);
    for (size_t k = 0; k < found.size(); ++k) {
      double scale = 1;
      for (const double x : expected[k].values)
        if (std::isfinite(x)) scale = std::max(scale, std::abs(x));
      ASSERT_EQ(found[k].values.size(), expected[k].values.size());
      for (size_t i = 0; i < found[k].values.size(); ++i) {
        const double x = found[k].values[i], y = expected[k].values[i];
        if (std::isnan(y) ? std::isnan(x) : x == y) continue;
        ASSERT_NEAR(x, y, tolerance * scale) << "number " << i << " of output " << k << "\n"
                                             << program.text();
      }
    }
  }
}

}  // namespace thalweg
