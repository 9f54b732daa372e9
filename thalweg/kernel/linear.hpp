// Sweeps of linear predictors over a design matrix: Z = X W' + b, losses, gradients, Hessians.
//
// Parameters lie flat: weights [outputs, columns], then intercepts [outputs]; outputs is 1, or the
// number of classes of softmax. All sums are over trees of fixed blocks of rows, so that their bits
// do not depend on the number of threads. Highway picks the instruction set at run time.
#pragma once

#include <span>

#include "thalweg/kernel/design.hpp"
#include "thalweg/kernel/gram.hpp"
#include "thalweg/kernel/loss/loss.hpp"

namespace thalweg {

// The sample part of an objective: (1 / sum of s) * sum over i of s_i f(z_i, y_i).
struct Samples {
  const Design* design = nullptr;
  std::span<const double> target;  // [rows]; classes and binary as 0, 1, 2, …
  std::span<const double> weight;  // [rows], >= 0; empty: all 1
  double total_weight = 0;         // their sum (rows when empty)
  Loss loss;
  size_t outputs = 1;
};

// s_i.
inline double weight_of(const Samples& samples, size_t row) {
  return samples.weight.empty() ? 1 : samples.weight[row];
}

inline size_t parameters(const Samples& samples) {
  return samples.outputs * (columns(*samples.design) + 1);
}

// z [rows, outputs] = X W' + b.
void predict(const Design& design, size_t outputs, std::span<const double> x, std::span<double> z);

// out [outputs * (columns + 1)] = sums over rows of r_i (x_i, 1), for r [rows, outputs]; not
// divided.
void combine(const Design& design, size_t outputs, std::span<const double> r,
             std::span<double> out);

// Values are compensated sums: off by 2 u |sum| and O(rows u^2) of the absolute terms, u = 2^-53.
// Other sums over rows add at most this many numbers on a path from a row to the result, so that
// they are off by addition_chain u times the sum of absolute terms, to first order; the dot product
// of a row by columns + 1.
size_t addition_chain(size_t rows);

// The value at x in one sweep.
double value(const Samples& samples, std::span<const double> x);

// The value, and its gradient into `gradient` [parameters], in one sweep over the data.
double value_and_gradient(const Samples& samples, std::span<const double> x,
                          std::span<double> gradient);

// As value_and_gradient, and z into `predictions` [rows, outputs], and the second derivatives
// f''(z_i) into `curvature` [rows] (outputs == 1), or the class probabilities into it [rows,
// outputs] (softmax): what `hessian` and `hessian_product` take.
double value_gradient_curvature(const Samples& samples, std::span<const double> x,
                                std::span<double> gradient, std::span<double> predictions,
                                std::span<double> curvature);

// f'(z_i) [rows, outputs] and, as above, the curvature, of predictions that are known; without the
// weights s_i. Either may be empty.
void evaluate_predictions(const Samples& samples, std::span<const double> z,
                          std::span<double> derivative, std::span<double> curvature);

// out = H d, H the Hessian of the sample part, from `curvature`. Two passes over each row in one
// sweep. `predictions`, unless empty, gets X d [rows, outputs].
void hessian_product(const Samples& samples, std::span<const double> curvature,
                     std::span<const double> d, std::span<double> out,
                     std::span<double> predictions = {});

// The whole Hessian, symmetric, row-major [parameters, parameters], from `curvature`; double
// accumulation, blocked through the second-level cache. Of dense rows in single precision it takes half
// the time, and is off by about 1e-6 of its diagonal, or not finite where a square leaves the range.
void hessian(const Samples& samples, std::span<const double> curvature, std::span<double> h,
             GramPrecision precision = GramPrecision::full);

// Row squared norms of (x_i, 1) are never needed whole; these are: per column the sum of s_i x_ij^2
// divided by the total weight (the intercept's is 1), and max |x_ij|.
void column_squares(const Samples& samples, std::span<double> squares);
void column_maxima(const Design& design, std::span<double> maxima);

}  // namespace thalweg
