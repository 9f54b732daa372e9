// The softmax loss of a row, f(z) = ln(sum over k of exp z_k) - z_y, for a class y.
#pragma once

#include <cstddef>
#include <span>

namespace thalweg {

// f(z); z is [classes].
double softmax_value(std::span<const double> z, size_t y);

// p_k = exp z_k / sum; z and p are [classes] and may be the same.
void softmax_probabilities(std::span<const double> z, std::span<double> p);

// f(z), and theta = f'(z) = p - e_y with theta_y = -(sum of the other p), which keeps its digits
// where p_y is near 1. z and theta are [classes] and may be the same.
double softmax_derivative(std::span<const double> z, size_t y, std::span<double> theta);

// f*(theta) = sum of p ln p at p = e_y + theta; infinity where a p is outside [0, 1]. That theta
// sums to 0 is the caller's business.
double softmax_conjugate(std::span<const double> theta, size_t y);

// The sum over k of p'_k ln(p'_k / p_k) - p'_k + p_k, p' = e_y + theta: f(z) + f*(theta) - theta'z
// where theta sums to 0, without cancellation; infinity where a p' is outside [0, 1].
double softmax_fenchel_young(std::span<const double> z, std::span<const double> theta, size_t y);

}  // namespace thalweg
