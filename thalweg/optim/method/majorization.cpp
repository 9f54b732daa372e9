#include "thalweg/optim/method/majorization.hpp"

#include <cmath>
#include <limits>
#include <utility>

#include "thalweg/optim/vector.hpp"

namespace thalweg {

ProximalStep proximal_step(Objective& objective, State& state, std::span<const double> y,
                           std::span<const double> g, double f, double t, std::span<double> u,
                           std::span<double> gradient) {
  for (size_t i = 0; i < u.size(); ++i) u[i] = y[i] - t * g[i];
  if (const Composite* composite = objective.composite()) composite->proximal(u, t, u);
  ProximalStep out{};
  out.smooth = evaluate(objective, state, u, gradient);
  out.value = out.smooth + composite_value(objective, u);
  out.length = distance(u, y);
  double along = 0, bend = 0;
  for (size_t i = 0; i < u.size(); ++i) {
    along += g[i] * (u[i] - y[i]);
    bend += (gradient[i] - g[i]) * (u[i] - y[i]);
  }
  const double quadratic = out.length * out.length / (2 * t);
  const double floor = 32 * std::numeric_limits<double>::epsilon() * std::abs(f);
  out.majorized = std::abs(out.smooth - f) <= floor ? bend <= quadratic * (1 + 1e-9)
                                                    : out.smooth <= f + along + quadratic;
  return out;
}

void move_to(Buffer<double>& u, Buffer<double>& gradient, double smooth, double value,
             State& state) {
  std::swap(state.x, u);
  std::swap(state.gradient, gradient);
  state.smooth = smooth;
  state.value = value;
}

}  // namespace thalweg
