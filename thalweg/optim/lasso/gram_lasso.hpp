// The lasso of tall data: one Gram matrix, then nothing touches the rows again.
#pragma once

#include "thalweg/optim/lasso/lasso.hpp"

namespace thalweg {

// Coordinate descent on the centered Gram matrix of all columns. Guarantee: linear convergence of the
// value; the gap that is returned is a bound.
class GramLasso final : public Lasso {
 public:
  explicit GramLasso(const Samples& samples);
  void start(std::span<const double> weights) override;
  LassoPoint solve(const Penalty& penalty, double enough) override;

 private:
  double refresh();

  size_t p_;
  std::vector<double> mean_;  // [p] of the columns
  std::vector<double> norm_;  // [p] root of their mean squares, not centered
  Buffer<double> gram_;       // [p, p] centered
  std::vector<double> c_;     // [p] covariance with the target
  double target_mean_, target_norm_, half_variance_;
  double rounding_;                    // of a sum over the rows, relative to its terms
  std::vector<double> w_, v_, error_;  // [p]
  std::vector<size_t> all_;            // [p]
};

}  // namespace thalweg
