// The types of the numbers in a tensor.
#pragma once

#include <cstddef>
#include <cstdint>
#include <stdexcept>
#include <string_view>

namespace thalweg {

enum class DType : uint8_t { float64, float32, bfloat16, int32, boolean };

// Bytes of one number; a boolean takes one byte, 0 or 1.
constexpr size_t size_of(DType dtype) {
  switch (dtype) {
    case DType::float64:
      return 8;
    case DType::float32:
    case DType::int32:
      return 4;
    case DType::bfloat16:
      return 2;
    case DType::boolean:
      return 1;
  }
  throw std::logic_error("size_of: no such dtype");
}

constexpr std::string_view name_of(DType dtype) {
  switch (dtype) {
    case DType::float64:
      return "float64";
    case DType::float32:
      return "float32";
    case DType::bfloat16:
      return "bfloat16";
    case DType::int32:
      return "int32";
    case DType::boolean:
      return "boolean";
  }
  throw std::logic_error("name_of: no such dtype");
}

constexpr bool is_floating(DType dtype) {
  return dtype == DType::float64 || dtype == DType::float32 || dtype == DType::bfloat16;
}

}  // namespace thalweg
