// The cases of tests/oracle/graph.json (PyTorch in float64), traced and compared.
#pragma once

#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <functional>
#include <nlohmann/json.hpp>

#include "tests/support/derivative_check.hpp"
#include "thalweg/base/option.hpp"

namespace thalweg {

// Calls trace(name, options, inputs) for every case of the kind; values and gradients must agree to
// 1e-13 of the largest number. Returns the number of cases.
inline int check_against_pytorch(
    std::string_view kind,
    const std::function<Symbol(const std::string& name, const nlohmann::json& options,
                               std::map<std::string, Symbol>& inputs)>& trace) {
  std::ifstream file(THALWEG_SOURCE "/tests/oracle/graph.json");
  int count = 0;
  for (const nlohmann::json& item : nlohmann::json::parse(file)) {
    if (item["kind"] != kind) continue;
    SCOPED_TRACE(item["name"].get<std::string>() + item["options"].dump());
    ++count;
    Graph graph;
    std::map<std::string, Symbol> inputs;
    std::map<NodeId, Array> values;
    for (const auto& [name, input] : item["inputs"].items()) {
      const DType dtype = input["dtype"] == "int32" ? DType::int32 : DType::float64;
      inputs[name] = graph.input(name, dtype, input["shape"].get<Shape>());
      values[inputs[name].id()] = {inputs[name].shape(),
                                   input["values"].get<std::vector<double>>()};
    }
    const auto compare = [&](Symbol found, const nlohmann::json& expected, std::string_view what) {
      ASSERT_EQ(found.shape(), expected["shape"].get<Shape>()) << what;
      const Array result = evaluate(found, values);
      const auto numbers = expected["values"].get<std::vector<double>>();
      double largest = 1;
      for (const double x : numbers) largest = std::max(largest, std::abs(x));
      for (size_t i = 0; i < numbers.size(); ++i)
        EXPECT_NEAR(result.values[i], numbers[i], 1e-13 * largest) << what << " at " << i;
    };
    const Symbol output = trace(item["name"].get<std::string>(), item["options"], inputs);
    compare(output, item["output"], "value");
    std::vector<double> weights(element_count(output.shape()));
    for (size_t i = 0; i < weights.size(); ++i) weights[i] = std::cos(static_cast<double>(i));
    const Symbol value =
        reduce_sum(output * graph.constant(weights, output.dtype(), output.shape()));
    for (const auto& [name, expected] : item["gradients"].items())
      compare(gradient(value, inputs[name]), expected, "gradient by " + name);
  }
  return count;
}

// The options of a catalog's row, from a case's.
template <class Row>
Settings settings_of(const Row& row, const nlohmann::json& options) {
  Settings out(row.name, row.options);
  for (const auto& [name, value] : options.items()) out.set(name, value.dump());
  return out;
}

}  // namespace thalweg
