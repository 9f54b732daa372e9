#include "thalweg/graph/activation.hpp"

#include <numbers>

namespace thalweg {
namespace {

// An activation without options.
template <Symbol (*function)(Symbol)>
Symbol plain(Symbol x, const Settings&) {
  return function(x);
}

// min(max(x, low), high).
Symbol clamp(Symbol x, double low, double high) { return minimum(maximum(x, low), high); }

}  // namespace

Symbol relu(Symbol x) { return maximum(x, 0); }

Symbol leaky_relu(Symbol x, double slope) { return select(less(0, x), x, slope * x); }

Symbol elu(Symbol x, double alpha) {
  const Symbol positive = less(0, x);
  // The branch that is not taken must not overflow: its derivative would be 0 times infinity.
  return select(positive, x, alpha * expm1(select(positive, 0, x)));
}

Symbol selu(Symbol x) {
  return 1.0507009873554804934193349852946 * elu(x, 1.6732632423543772848170429916717);
}

Symbol gelu(Symbol x) { return 0.5 * x * (1 + erf(x * (1 / std::numbers::sqrt2))); }

Symbol gelu_tanh(Symbol x) {
  const double scale = std::numbers::sqrt2 * std::numbers::inv_sqrtpi;
  return 0.5 * x * (1 + tanh(scale * (x + 0.044715 * (x * x * x))));
}

Symbol silu(Symbol x) { return x * sigmoid(x); }

Symbol mish(Symbol x) { return x * tanh(softplus(x)); }

// max(x, 0) + ln(1 + e^-|x|), with selects in the place of maximum and absolute: on both sides of 0
// it is then the same smooth function with all its derivatives, which the kinks would spoil at 0.
Symbol softplus(Symbol x) {
  const Symbol positive = less(0, x);
  return select(positive, x, 0) + log1p(exp(select(positive, -x, x)));
}

Symbol hard_sigmoid(Symbol x) { return clamp(x * (1.0 / 6) + 0.5, 0, 1); }

Symbol hard_swish(Symbol x) { return x * hard_sigmoid(x); }

Symbol hard_tanh(Symbol x) { return clamp(x, -1, 1); }

// The maximum changes no value, so that nothing needs to flow through it.
Symbol softmax(Symbol x, int axis) {
  const Symbol top = stop_gradient(reduce_max(x, {axis}));
  const Symbol e = exp(x - spread(top, x.shape(), {axis}));
  return e / spread(reduce_sum(e, {axis}), x.shape(), {axis});
}

Symbol log_softmax(Symbol x, int axis) {
  const Symbol top = stop_gradient(reduce_max(x, {axis}));
  const Symbol z = x - spread(top, x.shape(), {axis});
  return z - spread(log(reduce_sum(exp(z), {axis})), x.shape(), {axis});
}

std::span<const ActivationRow> activations() {
  static const std::vector<ActivationRow> rows = {
      {"linear", "x", {}, [](Symbol x, const Settings&) { return x; }},
      {"relu", "max(x, 0)", {}, plain<relu>},
      {"leaky_relu",
       "x where positive, else slope times x",
       {Option::real("slope", 0.01, 0, 1, "derivative for negative x")},
       [](Symbol x, const Settings& s) { return leaky_relu(x, s.real("slope")); }},
      {"elu",
       "x where positive, else alpha (e^x - 1)",
       {Option::real("alpha", 1, 0, 1e6, "minus the limit at -infinity")},
       [](Symbol x, const Settings& s) { return elu(x, s.real("alpha")); }},
      {"selu", "scaled elu that keeps mean 0 and variance 1", {}, plain<selu>},
      {"gelu", "x times the normal distribution at x", {}, plain<gelu>},
      {"gelu_tanh", "gelu by its approximation with tanh", {}, plain<gelu_tanh>},
      {"silu", "x sigmoid(x), also called swish", {}, plain<silu>},
      {"mish", "x tanh(softplus(x))", {}, plain<mish>},
      {"softplus", "ln(1 + e^x)", {}, plain<softplus>},
      {"tanh", "hyperbolic tangent", {}, plain<tanh>},
      {"sigmoid", "1 / (1 + e^-x)", {}, plain<sigmoid>, true, 0.25},
      {"hard_sigmoid", "x/6 + 1/2, cut to [0, 1]", {}, plain<hard_sigmoid>, true, 1.0 / 6},
      {"hard_swish", "x hard_sigmoid(x)", {}, plain<hard_swish>},
      {"hard_tanh", "x, cut to [-1, 1]", {}, plain<hard_tanh>},
      {"exponential", "e^x", {}, plain<exp>},
      {"softmax",
       "e^x divided by its sum over the last axis",
       {},
       [](Symbol x, const Settings&) { return softmax(x); },
       false},
      {"log_softmax",
       "logarithm of softmax",
       {},
       [](Symbol x, const Settings&) { return log_softmax(x); },
       false},
  };
  return rows;
}

}  // namespace thalweg
