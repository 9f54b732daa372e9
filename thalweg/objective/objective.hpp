// What is minimized. A capability is a nullable sub-interface, so that it cannot be claimed without
// being there; a method that needs one refuses, by name, an objective that lacks it.
#pragma once

#include <algorithm>
#include <cmath>
#include <limits>
#include <span>
#include <string>
#include <vector>

#include "thalweg/kernel/linear.hpp"
#include "thalweg/objective/finite_sum.hpp"
#include "thalweg/objective/penalty.hpp"
#include "thalweg/tensor/layout.hpp"

namespace thalweg {

// The part that is not smooth, separable: l1 |w| and the bounds (l2 belongs to the smooth part).
class Composite {
 public:
  virtual ~Composite() = default;
  // Infinity outside the bounds.
  virtual double value(std::span<const double> x) const = 0;
  // out = argmin over u of step * this(u) + ||u - x||^2 / 2; x and out may be the same.
  virtual void proximal(std::span<const double> x, double step, std::span<double> out) const = 0;
  // The subgradient of least norm of the whole, from the smooth part's gradient g at x.
  virtual void minimal_subgradient(std::span<const double> x, std::span<const double> g,
                                   std::span<double> out) const = 0;
};

// Second derivatives of the smooth part.
class Curvature {
 public:
  virtual ~Curvature() = default;
  // Evaluates value and gradient at x and keeps what the products below need.
  virtual double evaluate(std::span<const double> x, std::span<double> g) = 0;
  // At the last point evaluated. Symmetric, row-major [size, size].
  virtual void hessian(std::span<double> h) = 0;
  // As hessian, near enough for the metric of a step but no bound: false, with h meaningless, where it
  // would not be cheaper or does not hold.
  virtual bool rough_hessian(std::span<double>) { return false; }
  // The Hessian is the same everywhere (least squares).
  virtual bool constant() const { return false; }
  virtual void product(std::span<const double> d, std::span<double> out) = 0;
  // Global bounds mu <= Hessian <= L where known, else 0 and infinity. L may be an upper bound.
  virtual double smoothness() = 0;
  virtual double convexity() = 0;
};

// Residuals r(x): the value is |r|^2 / 2, a sum and no mean.
class LeastSquares {
 public:
  virtual ~LeastSquares() = default;
  virtual size_t count() const = 0;
  virtual void residuals(std::span<const double> x, std::span<double> r) = 0;  // [count]
  // Row k holds dr/dx_k: the Jacobian's transpose, row-major [size, count].
  virtual void jacobian(std::span<const double> x, std::span<double> out) = 0;
};

// What the last evaluation with curvature left, so that a certificate at that point needs no sweep
// for it. Empty before the first.
struct Evaluated {
  Buffer<double> x, gradient;  // [parameters] the point, and the smooth part's gradient
  Buffer<double> z;            // [rows, outputs] predictions
  Buffer<double> curvature;    // [rows], or [rows, outputs], see kernel/linear.hpp

  bool at(std::span<const double> point) const {
    return !x.empty() && std::equal(x.begin(), x.end(), point.begin(), point.end());
  }
};

// A linear predictor's parts, for methods and certificates that work a sample or a column at a time.
struct LinearPredictor {
  Samples samples;
  Penalty penalty;
  Evaluated evaluated = {};
};

class Objective {
 public:
  virtual ~Objective() = default;
  virtual const Layout& layout() const = 0;
  size_t size() const { return layout().size(); }
  // Of the smooth part. `gradient` [size] is overwritten.
  virtual double value_and_gradient(std::span<const double> x, std::span<double> gradient) = 0;
  virtual double value(std::span<const double> x) = 0;
  // Numbers of samples that one evaluation reads.
  virtual size_t samples() const { return 1; }

  virtual const Composite* composite() const { return nullptr; }
  virtual Curvature* curvature() { return nullptr; }
  virtual LeastSquares* least_squares() { return nullptr; }
  virtual const LinearPredictor* linear_predictor() const { return nullptr; }
  virtual FiniteSum* finite_sum() { return nullptr; }
};

}  // namespace thalweg
