// The elementwise operations of graphs on doubles; booleans are 0 and 1.
#pragma once

#include <algorithm>
#include <cmath>
#include <stdexcept>

#include "thalweg/graph/operation.hpp"

namespace thalweg {

inline double scalar_operation(Operation operation, double x) {
  switch (operation) {
    case Operation::negate:
      return -x;
    case Operation::absolute:
      return std::abs(x);
    case Operation::sign:
      return std::isnan(x) ? x : static_cast<double>((x > 0) - (x < 0));
    case Operation::exp:
      return std::exp(x);
    case Operation::log:
      return std::log(x);
    case Operation::log1p:
      return std::log1p(x);
    case Operation::expm1:
      return std::expm1(x);
    case Operation::sqrt:
      return std::sqrt(x);
    case Operation::rsqrt:
      return 1 / std::sqrt(x);
    case Operation::tanh:
      return std::tanh(x);
    case Operation::erf:
      return std::erf(x);
    case Operation::sigmoid:
      return 1 / (1 + std::exp(-x));
    case Operation::sin:
      return std::sin(x);
    case Operation::cos:
      return std::cos(x);
    case Operation::floor:
      return std::floor(x);
    case Operation::is_finite:
      return std::isfinite(x);
    case Operation::logical_not:
      return x == 0;
    default:
      throw std::logic_error("evaluate: no such elementwise operation");
  }
}

inline double scalar_operation(Operation operation, double a, double b) {
  switch (operation) {
    case Operation::add:
      return a + b;
    case Operation::subtract:
      return a - b;
    case Operation::multiply:
      return a * b;
    case Operation::divide:
      return a / b;
    case Operation::power:
      return std::pow(a, b);
    case Operation::maximum:
      return std::isnan(a) || std::isnan(b) ? NAN : std::max(a, b);
    case Operation::minimum:
      return std::isnan(a) || std::isnan(b) ? NAN : std::min(a, b);
    case Operation::equal:
      return a == b;
    case Operation::less:
      return a < b;
    case Operation::less_equal:
      return a <= b;
    case Operation::logical_and:
      return a != 0 && b != 0;
    case Operation::logical_or:
      return a != 0 || b != 0;
    default:
      throw std::logic_error("evaluate: no such elementwise operation");
  }
}

inline double scalar_cast(DType dtype, double x) {
  return dtype == DType::int32 ? std::trunc(x) : dtype == DType::boolean ? x != 0 : x;
}

}  // namespace thalweg
