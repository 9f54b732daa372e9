#include "thalweg/program/fold.hpp"

#include <cmath>

namespace thalweg {

bool is_elementwise(Operation operation) {
  return operation >= Operation::negate && operation <= Operation::select;
}

bool is_alias(Operation operation) {
  return operation == Operation::reshape || operation == Operation::stop_gradient ||
         operation == Operation::barrier;
}

std::optional<double> fold(Operation operation, DType dtype, std::span<const double> numbers) {
  if (dtype != DType::float64 && dtype != DType::float32) return std::nullopt;
  const auto rounded = [&](double value) -> std::optional<double> {
    // Twice rounded is as once for these operations: double has more than twice the digits.
    return dtype == DType::float32 ? static_cast<double>(static_cast<float>(value)) : value;
  };
  switch (operation) {
    case Operation::negate:
      return rounded(-numbers[0]);
    case Operation::sqrt:
      return rounded(std::sqrt(numbers[0]));
    case Operation::add:
      return rounded(numbers[0] + numbers[1]);
    case Operation::subtract:
      return rounded(numbers[0] - numbers[1]);
    case Operation::multiply:
      return rounded(numbers[0] * numbers[1]);
    case Operation::divide:
      return rounded(numbers[0] / numbers[1]);
    default:
      return std::nullopt;
  }
}

}  // namespace thalweg
