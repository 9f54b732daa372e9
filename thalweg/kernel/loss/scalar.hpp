// The losses of one number in double: values, derivatives, conjugates and Fenchel-Young terms. For
// what certificates add up; sweeps over data use the same bodies on vectors (linear.hpp).
//
// Loops go through scalar::visit(loss, [&](const auto& f) { ... }), which chooses once; f has at,
// conjugate, infimum, clip and fenchel_young (bodies-inl.hpp). The functions below choose at each
// call. Softmax, a loss of rows, has softmax.hpp.
#pragma once

#include <algorithm>
#include <cmath>
#include <limits>
#include <stdexcept>

#include "thalweg/kernel/loss/loss.hpp"

namespace thalweg {
namespace scalar {

inline double exp(double x) { return std::exp(x); }
inline double log1p(double x) { return std::log1p(x); }
inline double absolute(double x) { return std::abs(x); }
inline double minimum(double a, double b) { return a > b ? b : a; }
inline double maximum(double a, double b) { return a < b ? b : a; }
inline double select(bool condition, double yes, double no) { return condition ? yes : no; }

#include "thalweg/kernel/loss/bodies-inl.hpp"

}  // namespace scalar

// f(z, y).
inline double loss_value(const Loss& loss, double z, double y) {
  return scalar::visit(loss, [&](const auto& f) { return f.at(z, y).value; });
}
// f'(z, y).
inline double loss_derivative(const Loss& loss, double z, double y) {
  return scalar::visit(loss, [&](const auto& f) { return f.at(z, y).derivative; });
}
// f''(z, y).
inline double loss_curvature(const Loss& loss, double z, double y) {
  return scalar::visit(loss, [&](const auto& f) { return f.at(z, y).curvature; });
}
// f*(theta); infinity outside its domain.
inline double loss_conjugate(const Loss& loss, double theta, double y) {
  return scalar::visit(loss, [&](const auto& f) { return f.conjugate(theta, y); });
}
// The infimum of f over z.
inline double loss_infimum(const Loss& loss, double y) {
  return scalar::visit(loss, [&](const auto& f) { return f.infimum(y); });
}
// f(z) + f*(theta) - theta z >= 0, without cancellation; infinity outside the domain.
inline double fenchel_young(const Loss& loss, double z, double theta, double y) {
  return scalar::visit(loss, [&](const auto& f) { return f.fenchel_young(z, theta, y); });
}
// The point of the domain of f* nearest to theta.
inline double clip_dual(const Loss& loss, double theta, double y) {
  return scalar::visit(loss, [&](const auto& f) { return f.clip(theta, y); });
}

}  // namespace thalweg
