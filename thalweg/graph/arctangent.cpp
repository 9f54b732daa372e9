#include "thalweg/graph/arctangent.hpp"

#include <cmath>

namespace thalweg {
namespace {

template <class T>
void compute(const void* input, void* output, size_t count) {
  for (size_t i = 0; i < count; ++i)
    static_cast<T*>(output)[i] = std::atan(static_cast<const T*>(input)[i]);
}

}  // namespace

Symbol arctan(Symbol x) {
  static const auto operation = std::make_shared<const CustomOperation>(CustomOperation{
      "arctan", [](std::span<const CustomOperation::Tensor> inputs) { return inputs[0]; },
      [](std::span<const CustomOperation::Tensor> shapes, std::span<const void* const> inputs,
         void* output) {
        const size_t count = element_count(shapes[0].shape);
        if (shapes[0].dtype == DType::float64)
          compute<double>(inputs[0], output, count);
        else
          compute<float>(inputs[0], output, count);
      },
      [](const Step& s) {
        return std::vector<Symbol>{s.cotangent / (1 + s.input(0) * s.input(0))};
      }});
  return custom(std::vector<Symbol>{x}, operation);
}

}  // namespace thalweg
