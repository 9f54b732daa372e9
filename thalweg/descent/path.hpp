// Regularization paths: a linear model's minimizers as its penalty falls, each from the one before.
#pragma once

#include <functional>
#include <span>
#include <string>
#include <vector>

#include "thalweg/objective/objective.hpp"

namespace thalweg {

struct PathPoint {
  Penalty penalty;
  std::vector<double> x;  // [parameters]
  size_t nonzeros = 0;    // columns with a weight that is not 0
  double value = 0;       // P(x)
  double gap = 0;         // a proved bound on P(x) - min P; NaN: none was found
  double explained = 0;   // share of the constant model's excess loss; R^2 of least squares
};

struct Path {
  std::vector<PathPoint> points;  // fewer than asked for where it was stopped
  double scale = 0;    // N, the excess of the best constant model: what gaps are compared with
  std::string solver;  // which one, and why
};

// The least l1 at which every weight is 0, a hair (1e-12 of it) above where the first one moves. Throws
// Error where the weights cannot all be 0, or never move.
double largest_l1(const Samples& samples, const Penalty& shape);

// `count` penalties from `largest` down to ratio * largest, in equal factors; l2 keeps its ratio to l1 in
// `shape`, of which the bounds are kept.
std::vector<Penalty> path_grid(const Penalty& shape, double largest, size_t count, double ratio);

// Minimizes at each penalty of the grid, the largest first, to a gap of tolerance * scale.
Path descend_path(const Samples& samples, std::span<const Penalty> grid, double tolerance,
                  const std::function<bool()>& stop_requested);

}  // namespace thalweg
