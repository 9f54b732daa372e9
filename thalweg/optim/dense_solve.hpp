// Small dense positive definite systems.
#pragma once

#include <span>
#include <vector>

namespace thalweg {

// A Cholesky factor of a symmetric matrix scaled to unit diagonal. Where that is not safely
// positive definite, 1e-12, then ten times more, is added to its diagonal.
class PositiveDefinite {
 public:
  PositiveDefinite() = default;
  // h [n, n] is read only.
  PositiveDefinite(std::span<const double> h, size_t n);

  // As numbers for a checkpoint [n * n + n + 1], and back.
  std::vector<double> pack() const;
  static PositiveDefinite unpack(const std::vector<double>& numbers);

  bool empty() const { return scale_.empty(); }
  // Solves H x = b in place.
  void solve(std::span<double> b) const;
  // What was added to the scaled diagonal.
  double added() const { return added_; }
  // The least pivot of the factor, at most 1; 0 where the matrix is not finite.
  double least_pivot() const;

 private:
  std::vector<double> factor_;  // [n, n] lower triangle, row-major
  std::vector<double> scale_;   // [n] 1 / sqrt of the diagonal
  double added_ = 0;
};

}  // namespace thalweg
