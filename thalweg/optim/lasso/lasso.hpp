// Least squares with l1, l2 and bounds, solved again and again as the penalty changes: each solution
// starts from the last, and what was computed of the columns is kept.
#pragma once

#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "thalweg/objective/objective.hpp"

namespace thalweg {

struct LassoPoint {
  std::vector<double> x;  // [parameters] weights, then the intercept that is best for them
  double loss = 0;        // mean of (z - y)^2 / 2
  double value = 0;       // with the penalty
  double gap = 0;         // value - minimum <= gap, rounding counted to first order
};

class Lasso {
 public:
  virtual ~Lasso() = default;
  // The weights to start from next [columns].
  virtual void start(std::span<const double> weights) = 0;
  // To a gap of `enough`, or as near as rounding allows.
  virtual LassoPoint solve(const Penalty& penalty, double enough) = 0;
};

// The dual point of a solution is the residual, scaled by s <= 1 where l1 alone must hold it.
// loss: mean of r^2 / 2. v [columns]: the slopes of the loss, each known to within error[j].
// The gap is a sum of terms >= 0, so that nothing cancels.
double lasso_gap(const Penalty& penalty, double loss, std::span<const double> weights,
                 std::span<const double> v, std::span<const double> error);

// Which of them suits the samples, whose loss is squared: one Gram matrix where it pays, else columns.
// `reason` gets why. The samples must outlive it.
std::unique_ptr<Lasso> make_lasso(const Samples& samples, std::string& reason);

}  // namespace thalweg
