#include "thalweg/optim/dense_solve.hpp"

#include <Eigen/Dense>
#include <cmath>

namespace thalweg {

double solve_positive_definite(std::span<double> h, std::span<double> b) {
  using Matrix = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
  const auto n = static_cast<Eigen::Index>(b.size());
  Eigen::Map<Matrix> scaled(h.data(), n, n);
  Eigen::Map<Eigen::VectorXd> x(b.data(), n);
  Eigen::VectorXd diagonal(n);
  for (Eigen::Index j = 0; j < n; ++j) {
    const double entry = scaled(j, j);
    diagonal[j] = entry > 0 ? 1 / std::sqrt(entry) : 1;
  }
  scaled = diagonal.asDiagonal() * scaled * diagonal.asDiagonal();
  x = diagonal.asDiagonal() * x;
  const Eigen::VectorXd right = x;
  double added = 0;
  for (double next = 1e-12;; next *= 10) {
    Matrix factor = scaled;
    factor.diagonal().array() += added;
    const Eigen::LLT<Eigen::Ref<Matrix>> llt(factor);
    // A pivot of 1e-7 (squared: 1e-14) is where rounding takes over.
    if (llt.info() == Eigen::Success && factor.diagonal().minCoeff() > 1e-7) {
      x = llt.solve(right);
      if (x.allFinite()) break;
    }
    if (next > 1e20) {
      x.setZero();
      return added;
    }
    added = next;
  }
  x = diagonal.asDiagonal() * x;
  return added;
}

}  // namespace thalweg
