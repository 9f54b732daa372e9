// A function of one vector, traced: the sum of squares of residuals, or a plain value. Gradient,
// Jacobian and Hessian come from the graph.
#pragma once

#include <memory>
#include <optional>

#include "thalweg/objective/objective.hpp"
#include "thalweg/program/program.hpp"

namespace thalweg {

// All in float64. The graph's inputs are the parameters and nothing else.
struct FunctionTrace {
  std::unique_ptr<Graph> graph = std::make_unique<Graph>();
  Layout layout;
  // One for each tensor of the layout, in its order.
  std::vector<Symbol> parameters;
  // Scalars and vectors that stand behind one another in r; empty: the value is given.
  std::vector<Symbol> residuals;
  Symbol value;  // scalar; where there are residuals |r|^2 / 2 is made
  // Where every row of the one vector of residuals [count] is a function of that row's copy of the
  // parameters: those copies [count], one for each parameter, from which a whole Jacobian follows in
  // one run. Else empty: it takes one run for each of its columns.
  std::vector<Symbol> copies;

  // Appends a parameter to graph and layout.
  Symbol parameter(const std::string& name, const Shape& shape = {});
  // The same, repeated to [count], of a function that goes row by row.
  Symbol copied(const std::string& name, size_t count);
};

// Compiles what is asked for, when it is first asked for.
// Cost: of a gradient two to four values, of a Hessian product twice that; a Jacobian one gradient
// where there are copies, else size() products of about two values; a Hessian size() products.
class TracedFunction final : public Objective, private LeastSquares, private Curvature {
 public:
  explicit TracedFunction(FunctionTrace trace);

  const Layout& layout() const override { return trace_.layout; }
  double value(std::span<const double> x) override;
  double value_and_gradient(std::span<const double> x, std::span<double> gradient) override;
  Curvature* curvature() override { return this; }
  LeastSquares* least_squares() override { return trace_.residuals.empty() ? nullptr : this; }

 private:
  // A program whose inputs are x [size] and directions [size], and its results one vector.
  struct Compiled {
    Program program;
    struct Input {
      bool direction;
      size_t offset;
    };
    std::vector<Input> inputs;
    std::vector<size_t> offsets;  // of the results
    std::vector<const void*> reads;
    std::vector<void*> writes;

    void run(const double* x, const double* direction, double* out);
  };
  Compiled compile(const std::vector<Symbol>& outputs) const;

  size_t count() const override { return count_; }
  void residuals(std::span<const double> x, std::span<double> r) override;
  void jacobian(std::span<const double> x, std::span<double> out) override;

  double evaluate(std::span<const double> x, std::span<double> g) override;
  void hessian(std::span<double> h) override;
  void product(std::span<const double> d, std::span<double> out) override;
  double smoothness() override { return std::numeric_limits<double>::infinity(); }
  double convexity() override { return 0; }

  FunctionTrace trace_;
  size_t count_ = 0;
  std::vector<Symbol> directions_;  // inputs as the parameters, of the products
  std::optional<Compiled> value_, residuals_, gradient_, jacobian_, product_;
  std::vector<double> buffer_;  // value and gradient
  std::vector<double> at_;      // where curvature was evaluated last
};

}  // namespace thalweg
