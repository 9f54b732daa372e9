// The losses as the verifier evaluates them, one row at a time: excess over the loss's own infimum,
// Fenchel-Young term, slope and curvature, each with a bound on its rounding. Written from the
// formulas, sharing nothing with the solver; that libm's exp, log and log1p err by at most one unit
// in the last place is assumed.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "thalweg/certify/verifier/double_double.hpp"

namespace thalweg::verifier {

enum class LossKind {
  squared,
  logistic,
  softmax,
  poisson,
  gamma,
  huber,
  quantile,
  hinge,
  squared_hinge
};

struct Loss {
  LossKind kind = LossKind::squared;
  double delta = 1;      // huber: width of the quadratic part
  double level = 0.5;    // quantile: tau; theta lies in [-level, the double nearest to 1 - level]
  double smoothing = 0;  // quantile: h > 0
};

// Throws Error for a name that is no loss.
LossKind loss_kind(std::string_view name);

// Why `target` cannot be one of this loss with so many outputs, or "".
std::string target_refusal(const Loss& loss, double target, size_t outputs);

// A number known up to an absolute error; exact where that is 0.
struct Approximate {
  DoubleDouble value;
  double error = 0;
};

// f(z) - inf f >= 0, each term of which is >= 0, and inf f. For softmax z is [outputs], else [1];
// the error of z is of every entry.
double excess(const Loss& loss, std::span<const DoubleDouble> z, double target);
double infimum(const Loss& loss, double target);

// An upper bound, rounding counted in, on FY = f(z) + f*(theta) - theta z for scalar losses.
// Infinity where theta may lie outside the domain of f*.
double fenchel_young(const Loss& loss, Approximate z, double target, Approximate theta);
// The same for softmax, theta given as p' = e_y + theta >= 0 with sum 1.
double fenchel_young_softmax(std::span<const DoubleDouble> z, double z_error,
                             std::span<const Approximate> p);

// f'(z) and f''(z) of squared, logistic, Poisson and gamma; the error of f'' is relative.
Approximate slope(const Loss& loss, Approximate z, double target);
struct Curvature {
  double value, relative_error;
};
Curvature curvature(const Loss& loss, Approximate z, double target);

// The probabilities of softmax, `p` [outputs]; returns their relative error.
double softmax(std::span<const DoubleDouble> z, double z_error, std::span<double> p);

// What rounding in plain double arithmetic can do to f(z), where z is known up to `z_error`.
double rounding_floor(const Loss& loss, std::span<const DoubleDouble> z, double z_error,
                      double target);

}  // namespace thalweg::verifier
