#include "thalweg/program/constant.hpp"

#include <bit>
#include <cstring>

#include "thalweg/graph/operation.hpp"

namespace thalweg {
namespace {

// To the nearest, ties to even.
uint16_t bfloat16_bits(double value) {
  const uint32_t bits = std::bit_cast<uint32_t>(static_cast<float>(value));
  if (value != value) return static_cast<uint16_t>(bits >> 16 | 0x40);
  return static_cast<uint16_t>((bits + 0x7FFF + (bits >> 16 & 1)) >> 16);
}

template <class T>
void put(std::byte* to, T value) {
  std::memcpy(to, &value, sizeof value);
}

void put_as(DType dtype, double value, std::byte* to) {
  switch (dtype) {
    case DType::float64:
      return put(to, value);
    case DType::float32:
      return put(to, static_cast<float>(value));
    case DType::bfloat16:
      return put(to, bfloat16_bits(value));
    case DType::int32:
      return put(to, static_cast<int32_t>(value));
    case DType::boolean:
      return put(to, static_cast<uint8_t>(value != 0));
  }
}

}  // namespace

Buffer<std::byte> constant_bytes(const Node& node) {
  const size_t count = element_count(node.shape), item = size_of(node.dtype);
  Buffer<std::byte> out(count * item);
  size_t inner = 1;
  if (node.operation == Operation::iota)
    for (size_t axis = node.attributes.axes[0] + 1; axis < node.shape.size(); ++axis)
      inner *= node.shape[axis];
  for (size_t i = 0; i < count; ++i) {
    const double value = node.operation == Operation::iota
                             ? static_cast<double>(i / inner % node.shape[node.attributes.axes[0]])
                             : node.attributes.values[node.attributes.values.size() == 1 ? 0 : i];
    put_as(node.dtype, value, out.data() + i * item);
  }
  return out;
}

}  // namespace thalweg
