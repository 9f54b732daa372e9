// The quadratic of a diagonal, whose minimum, curvature and rates are known without computing.
//
//   f(x) = sum_j h_j x_j^2 / 2,   minimum 0 at 0, L = max h, mu = min h
#pragma once

#include <algorithm>
#include <vector>

#include "thalweg/objective/objective.hpp"
#include "thalweg/optim/method.hpp"

namespace thalweg::testing {

class Quadratic : public Objective, public Curvature {
 public:
  explicit Quadratic(std::vector<double> diagonal) : diagonal_(std::move(diagonal)) {
    layout_.add("x", {diagonal_.size()});
  }

  const Layout& layout() const override { return layout_; }
  double value_and_gradient(std::span<const double> x, std::span<double> g) override {
    double sum = 0;
    for (size_t j = 0; j < size(); ++j) {
      g[j] = diagonal_[j] * x[j];
      sum += g[j] * x[j] / 2;
    }
    return sum;
  }
  double value(std::span<const double> x) override {
    std::vector<double> g(size());
    return value_and_gradient(x, g);
  }
  Curvature* curvature() override { return this; }

  double evaluate(std::span<const double> x, std::span<double> g) override {
    return value_and_gradient(x, g);
  }
  void hessian(std::span<double> h) override {
    std::fill(h.begin(), h.end(), 0.0);
    for (size_t j = 0; j < size(); ++j) h[j * size() + j] = diagonal_[j];
  }
  void product(std::span<const double> d, std::span<double> out) override {
    for (size_t j = 0; j < size(); ++j) out[j] = diagonal_[j] * d[j];
  }
  bool constant() const override { return true; }
  double smoothness() override { return *std::max_element(diagonal_.begin(), diagonal_.end()); }
  double convexity() override { return *std::min_element(diagonal_.begin(), diagonal_.end()); }

 private:
  std::vector<double> diagonal_;
  Layout layout_;
};

// A method by its row's name, with arguments such as {{"search", "fixed"}}.
inline std::unique_ptr<Method> make_method(
    std::string_view name, std::vector<std::pair<std::string, std::string>> arguments = {}) {
  const MethodRow& row = find(methods(), "method", name);
  return row.make(settings(row, "method", {std::string(name), std::move(arguments)}));
}

inline State state_at(std::span<const double> x) {
  State out;
  out.x = Buffer<double>(x.size());
  std::copy(x.begin(), x.end(), out.x.begin());
  return out;
}

// One step, counted as the loop does.
inline Advance step(Method& method, Objective& objective, State& state) {
  ++state.step;
  return method.advance(objective, state);
}

}  // namespace thalweg::testing
