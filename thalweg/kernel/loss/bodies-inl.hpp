// The scalar losses, written once over a type of number N: double (scalar.hpp) or a Highway vector
// (sweep-inl.hpp, once per instruction set). No include guard: it is included inside a namespace
// that has, for N: + - * /, comparisons, exp, log1p, absolute, minimum, maximum, select; and
// <algorithm>, <cmath>, <limits> and loss.hpp must come before it. Maximum and minimum return NaN
// where their first argument is NaN.
//
// at(z, y)                  f, f', f''
// conjugate(theta, y)       f*(theta); infinity outside its domain
// infimum(y)                inf f
// clip(theta, y)            the nearest point of the domain of f*
// fenchel_young(z, theta, y)  f(z) + f*(theta) - theta z >= 0, without cancellation

template <class N>
struct Evaluation {
  N value, derivative, curvature;
};

inline constexpr double infinite = std::numeric_limits<double>::infinity();

inline double clamp(double x, double low, double high) {
  return x < low ? low : x > high ? high : x;
}

// With its limit 0 at 0.
inline double x_log_x(double x) { return x == 0 ? 0 : x * std::log(x); }

// a ln(a/c) - a + c for a, c >= 0, given also d = a - c and ln c, which the caller may know better
// than a and c tell: near a = c by its series, so that the relative error is that of d.
inline double divergence(double a, double c, double d, double log_c) {
  if (a == 0) return c;
  const double t = d / c;
  if (std::abs(t) < 0.1) {
    // c (t^2/2 - t^3/6 + t^4/12 - ...): the next term is below 2^-53 of the first.
    double sum = 0;
    for (int k = std::abs(t) < 1e-3 ? 6 : 17; k >= 2; --k) sum = 1.0 / (k * (k - 1)) - t * sum;
    return c * t * t * sum;
  }
  if (std::abs(t) < 1) return c * ((1 + t) * std::log1p(t) - t);
  return a * (std::log(a) - log_c) - d;
}

#include "thalweg/kernel/loss/gamma-inl.hpp"
#include "thalweg/kernel/loss/hinge-inl.hpp"
#include "thalweg/kernel/loss/huber-inl.hpp"
#include "thalweg/kernel/loss/logistic-inl.hpp"
#include "thalweg/kernel/loss/poisson-inl.hpp"
#include "thalweg/kernel/loss/quantile-inl.hpp"
#include "thalweg/kernel/loss/squared-inl.hpp"
#include "thalweg/kernel/loss/squared_hinge-inl.hpp"

// Calls function with the loss's body, so that a loop over samples chooses once.
template <class Function>
decltype(auto) visit(const Loss& loss, Function&& function) {
  switch (loss.kind) {
    case LossKind::squared:
      return function(Squared{});
    case LossKind::logistic:
      return function(Logistic{});
    case LossKind::poisson:
      return function(Poisson{});
    case LossKind::gamma:
      return function(Gamma{});
    case LossKind::huber:
      return function(Huber{loss.delta});
    case LossKind::quantile:
      return function(Quantile{loss.level, loss.smoothing});
    case LossKind::hinge:
      return function(Hinge{});
    case LossKind::squared_hinge:
      return function(SquaredHinge{});
    case LossKind::softmax:
      break;
  }
  throw std::logic_error("softmax is no loss of one number");
}
