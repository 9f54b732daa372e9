// What a contraction does to its result before it is stored, in this order.
#pragma once

#include <cstdint>

namespace thalweg {

enum class Activation : uint8_t {
  none,
  relu,
  gelu,       // x Phi(x), by erf
  gelu_tanh,  // its approximation by tanh
  tanh,
  sigmoid,
  silu,  // x sigmoid(x)
  elu,   // exp(x) - 1 below 0
  softplus,
};

struct Epilogue {
  bool accumulate = false;  // add what the output holds already
  Activation activation = Activation::none;

  bool operator==(const Epilogue&) const = default;
};

}  // namespace thalweg
