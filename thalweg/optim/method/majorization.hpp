// The proximal step and the test that its step size is small enough, shared by the first-order
// methods.
#pragma once

#include "thalweg/optim/method.hpp"

namespace thalweg {

struct ProximalStep {
  double smooth, value;  // at the new point
  double length;         // 2-norm of the step
  bool majorized;        // f(u) <= f(y) + grad f(y)'(u - y) + |u - y|^2 / (2t)
};

// u [size] = prox_{t r}(y - t g), its gradient into `gradient` [size]; f and g are value and gradient
// of the smooth part at y. Where the values agree to rounding, the test is made on gradients instead:
// (grad f(u) - g)'(u - y) <= |u - y|^2 / (2t), which implies it for convex f.
ProximalStep proximal_step(Objective& objective, State& state, std::span<const double> y,
                           std::span<const double> g, double f, double t, std::span<double> u,
                           std::span<double> gradient);

// The state goes to u [size], where the smooth part's gradient and both values are given; u and
// `gradient` hold what it left.
void move_to(Buffer<double>& u, Buffer<double>& gradient, double smooth, double value,
             State& state);

}  // namespace thalweg
