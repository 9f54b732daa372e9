// Tests on noisy sequences: does a loss still fall, has it settled, is one point better than another
// on the same samples.
#pragma once

#include <span>
#include <vector>

namespace thalweg {

// A quantity with its standard error and the value of t = estimate / error; `freedom` its degrees of
// freedom. Of fewer numbers than the test needs all are NaN and freedom is 0.
struct Estimate {
  double value, error, t;
  size_t freedom = 0;
};

// Means of consecutive numbers, in `batches` that differ by at most one in size.
std::vector<double> batch_means(std::span<const double> v, size_t batches);

// The slope of the least-squares line through means of batches of consecutive numbers: at most 32
// batches, so that neighbors that move together do not make it look surer than it is. Per unit of x.
// Needs 8 numbers. Source: batch means as in Law, Simulation Modeling and Analysis, 9.5.
Estimate slope(std::span<const double> x, std::span<const double> y);

// Mean of the second half minus mean of the first, by the same batches.
Estimate shift(std::span<const double> y);

// The mean of b_i - a_i over samples. Needs 2.
Estimate paired_difference(std::span<const float> a, std::span<const float> b);

// The t that a t-distributed number exceeds with probability `share` (0 < share < 1/2), to within
// 1 % for 3 degrees of freedom and more. Source: Hill, CACM algorithm 396, 1970.
double t_quantile(double share, size_t freedom);

}  // namespace thalweg
