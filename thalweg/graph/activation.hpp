// The activations of networks: each a short composition, and a row of the catalog. Names and values
// follow PyTorch; `exponential` is Keras's.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "thalweg/base/option.hpp"
#include "thalweg/graph/symbol.hpp"

namespace thalweg {

// max(x, 0); derivative 0 at 0.
Symbol relu(Symbol x);
// x where x > 0, else slope x; derivative `slope` at 0.
Symbol leaky_relu(Symbol x, double slope = 0.01);
// x where x > 0, else alpha (e^x - 1).
Symbol elu(Symbol x, double alpha = 1);
// 1.0507 elu(x, 1.6733): Klambauer, Unterthiner, Mayr, Hochreiter, 2017.
Symbol selu(Symbol x);
// x Phi(x), Phi the normal distribution: Hendrycks, Gimpel, 2016.
Symbol gelu(Symbol x);
// x/2 (1 + tanh(sqrt(2/pi) (x + 0.044715 x^3))), its approximation.
Symbol gelu_tanh(Symbol x);
// x sigmoid(x).
Symbol silu(Symbol x);
// x tanh(softplus(x)): Misra, 2019.
Symbol mish(Symbol x);
// ln(1 + e^x), to full accuracy at every x; does not overflow.
Symbol softplus(Symbol x);
// min(max(x/6 + 1/2, 0), 1).
Symbol hard_sigmoid(Symbol x);
// x hard_sigmoid(x); at -3 and 3 the derivative of the flat side, 0 and 1.
Symbol hard_swish(Symbol x);
// min(max(x, -1), 1); derivative 0 at -1 and 1.
Symbol hard_tanh(Symbol x);
// e^x / sum e^x along the axis, and its logarithm; the maximum is taken off first.
Symbol softmax(Symbol x, int axis = -1);
Symbol log_softmax(Symbol x, int axis = -1);

struct ActivationRow {
  std::string name;
  std::string help;
  std::vector<Option> options;
  Symbol (*apply)(Symbol x, const Settings& settings);
  bool elementwise = true;  // acts on each number alone
  double steepest = 1;      // about its largest derivative
};

std::span<const ActivationRow> activations();

}  // namespace thalweg
