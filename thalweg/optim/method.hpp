// A Method takes steps on an objective. Everything it must remember lies in State, by name, so that
// a checkpoint of State resumes bit for bit.
#pragma once

#include <map>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "thalweg/base/catalog.hpp"
#include "thalweg/monitor/record.hpp"
#include "thalweg/objective/objective.hpp"

namespace thalweg {

// What a run carries from step to step.
struct State {
  Buffer<double> x;         // [size] the point
  Buffer<double> gradient;  // [size] of the smooth part at x
  double smooth = 0;        // value of the smooth part at x
  double value = 0;         // with the composite part
  long long step = 0;
  long long evaluations = 0;                          // of value or gradient
  long long samples = 0;                              // read by them
  std::map<std::string, std::vector<double>> memory;  // the method's own
  // On a finite sum methods work in float32: this is the point [size], x and gradient are empty.
  Buffer<float> x32;
  std::map<std::string, Buffer<float>> memory32;  // the method's own
};

// What one step did. NaN where the method has no such quantity.
struct Advance {
  double step_size = unknown;
  double learning_rate = unknown;
  double update_norm = unknown;
  double gradient_norm = unknown;  // of a batch, where gradients are of batches
  double predicted_decrease = unknown;
  double remaining = unknown;  // estimate of value - minimum after the step
  bool progress = true;        // false: no acceptable step was found; x is as it was
  bool diverged = false;       // the step that had to be taken leaves the finite numbers
};

// What a method needs from the objective, beyond value and gradient.
struct Needs {
  bool smooth = true;             // no composite part
  bool hinge = false;             // the hinge loss, and only that; else a differentiable one
  bool curvature = false;         // Hessian or its products
  bool linear_predictor = false;  // samples, a column at a time
  bool finite_sum = false;        // batches of its samples
  bool least_squares = false;     // residuals and their Jacobian
};

class Method {
 public:
  virtual ~Method() = default;
  // Evaluates the objective at state.x and sets up memory.
  virtual void init(Objective& objective, State& state);
  // One step, which state.step counts already. Never leaves state.x at a point whose value is not
  // finite.
  virtual Advance advance(Objective& objective, State& state) = 0;
  // So many steps, which this counts; fewer where one makes no progress or diverges.
  virtual Advance advance(Objective& objective, State& state, long long steps);
  // The point [size] that the verdict and the saved model are of, where it is another than x
  // (averages, Schedule-Free); false where it is x.
  virtual bool report(const Objective& objective, State& state, std::span<double> out) {
    (void)objective, (void)state, (void)out;
    return false;
  }
  // The same of a finite sum, which validation uses too; x32 where there is no other.
  virtual void report(const Objective& objective, State& state, std::span<float> out);
  // The point [size] before the last step of a finite sum, where it is kept; else empty.
  virtual std::span<const float> before() const { return {}; }
  // Tells the method a value that it may go by: of held-out samples.
  virtual void observe(State& state, double value) { (void)state, (void)value; }
  // The factor per step that theory promises for value - minimum, with L and mu, or NaN.
  virtual double theoretical_rate(double smoothness, double convexity) const {
    (void)smoothness, (void)convexity;
    return unknown;
  }
  // Puts -H^-1 g in the place of g [size], H a Hessian at or near the current point that the method
  // has factored; false where it has none.
  virtual bool solve_newton(std::span<double> g) const {
    (void)g;
    return false;
  }
  // A dual point [samples, outputs] that the method holds, for the certificate; empty: none.
  virtual std::span<const double> dual(const State&) const { return {}; }
};

struct MethodRow {
  std::string name;
  std::string help;
  std::string guarantee;  // assumptions, then the rate
  std::string source;
  Needs needs;
  std::vector<Option> options;
  std::unique_ptr<Method> (*make)(const Settings&);
};

std::span<const MethodRow> methods();

// Throws Error that names the method and what the objective lacks.
void check_needs(const MethodRow& row, Objective& objective);

// Evaluates at `x` and counts it: value of the smooth part, its gradient into `gradient` [size].
double evaluate(Objective& objective, State& state, std::span<const double> x,
                std::span<double> gradient);
// As evaluate, and the objective's curvature then is that at x.
double evaluate_curved(Objective& objective, State& state, std::span<const double> x,
                       std::span<double> gradient);
// As evaluate, of residuals r [count]; half their square sum.
double evaluate_residuals(Objective& objective, State& state, std::span<const double> x,
                          std::span<double> r);
// The composite part's value, 0 where there is none.
double composite_value(const Objective& objective, std::span<const double> x);

}  // namespace thalweg
