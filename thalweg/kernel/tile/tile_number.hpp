// The stored types of numbers and their conversion to the arithmetic types, float and double.
#pragma once

#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>
#include <stdexcept>

#include "thalweg/tensor/dtype.hpp"

namespace thalweg {

// The upper half of a float, rounded to nearest, ties to even; NaN stays NaN.
inline uint16_t to_bfloat16(float x) {
  const uint32_t bits = std::bit_cast<uint32_t>(x);
  const uint32_t rounded = (bits + 0x7FFF + ((bits >> 16) & 1)) >> 16;
  return static_cast<uint16_t>(x == x ? rounded : (bits >> 16) | 0x40);
}
inline float from_bfloat16(uint16_t x) { return std::bit_cast<float>(uint32_t{x} << 16); }

// NaN where either is.
inline double larger_number(double a, double b) { return a > b || a != a ? a : b; }

// read<T> and write between `Stored` and the arithmetic type.
template <class Float>
struct FloatNumber {
  using Stored = Float;
  template <class T>
  static T read(Stored x) {
    return static_cast<T>(x);
  }
  template <class T>
  static Stored write(T x) {
    return static_cast<Stored>(x);
  }
};

struct BfloatNumber {
  using Stored = uint16_t;
  template <class T>
  static T read(Stored x) {
    return static_cast<T>(from_bfloat16(x));
  }
  static Stored write(float x) { return to_bfloat16(x); }
  // Rounded once: a float that the rounding to it made, other than by being exact, is moved to the
  // odd one of its neighbors.
  static Stored write(double x) {
    const float near = static_cast<float>(x);
    if (static_cast<double>(near) == x || !std::isfinite(near)) return to_bfloat16(near);
    uint32_t bits = std::bit_cast<uint32_t>(near);
    const bool above = std::abs(static_cast<double>(near)) > std::abs(x);
    if ((bits & 1) == 0) bits += above ? -1u : 1u;
    return to_bfloat16(std::bit_cast<float>(bits));
  }
};

// Toward zero; the nearest end beyond the range, 0 for NaN.
struct IntegerNumber {
  using Stored = int32_t;
  template <class T>
  static T read(Stored x) {
    return static_cast<T>(x);
  }
  template <class T>
  static Stored write(T x) {
    if (!(x < T{2147483648})) return x == x ? std::numeric_limits<int32_t>::max() : 0;
    return x < T{-2147483648} ? std::numeric_limits<int32_t>::min() : static_cast<int32_t>(x);
  }
};

struct BooleanNumber {
  using Stored = uint8_t;
  template <class T>
  static T read(Stored x) {
    return static_cast<T>(x != 0);
  }
  template <class T>
  static Stored write(T x) {
    return x != 0;
  }
};

// Calls function with the number of a dtype.
template <class Function>
decltype(auto) switch_number(DType dtype, Function&& function) {
  switch (dtype) {
    case DType::float64:
      return function(FloatNumber<double>());
    case DType::float32:
      return function(FloatNumber<float>());
    case DType::bfloat16:
      return function(BfloatNumber());
    case DType::int32:
      return function(IntegerNumber());
    case DType::boolean:
      return function(BooleanNumber());
  }
  throw std::logic_error("switch_number: no such dtype");
}

}  // namespace thalweg
