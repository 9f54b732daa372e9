#include "thalweg/optim/dense_solve.hpp"

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>

namespace thalweg {
namespace {

using Matrix = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

}  // namespace

PositiveDefinite::PositiveDefinite(std::span<const double> h, size_t n) : scale_(n) {
  const auto m = static_cast<Eigen::Index>(n);
  const Eigen::Map<const Matrix> matrix(h.data(), m, m);
  Eigen::Map<Eigen::VectorXd> scale(scale_.data(), m);
  for (Eigen::Index j = 0; j < m; ++j)
    scale[j] = matrix(j, j) > 0 ? 1 / std::sqrt(matrix(j, j)) : 1;
  const Matrix scaled = scale.asDiagonal() * matrix * scale.asDiagonal();
  for (double next = 1e-12;; next *= 10) {
    Matrix factor = scaled;
    factor.diagonal().array() += added_;
    const Eigen::LLT<Eigen::Ref<Matrix>> llt(factor);
    // A pivot of 1e-7 (squared: 1e-14) is where rounding takes over.
    if (llt.info() == Eigen::Success && factor.diagonal().minCoeff() > 1e-7) {
      factor_.assign(factor.data(), factor.data() + factor.size());
      return;
    }
    if (!(next < 1e20)) {  // not a finite matrix: every solution is 0
      const Matrix identity = Matrix::Identity(m, m);
      factor_.assign(identity.data(), identity.data() + identity.size());
      scale.setZero();
      return;
    }
    added_ = next;
  }
}

std::vector<double> PositiveDefinite::pack() const {
  std::vector<double> out = factor_;
  out.insert(out.end(), scale_.begin(), scale_.end());
  out.push_back(added_);
  return out;
}

PositiveDefinite PositiveDefinite::unpack(const std::vector<double>& numbers) {
  // n * n + n + 1 numbers.
  const auto n = static_cast<size_t>(std::sqrt(static_cast<double>(numbers.size())));
  PositiveDefinite out;
  if (numbers.size() != n * n + n + 1) return out;
  const auto end_of_factor = numbers.begin() + static_cast<long>(n * n);
  out.factor_.assign(numbers.begin(), end_of_factor);
  out.scale_.assign(end_of_factor, numbers.end() - 1);
  out.added_ = numbers.back();
  return out;
}

double PositiveDefinite::least_pivot() const {
  const size_t n = scale_.size();
  double least = 1;
  for (size_t j = 0; j < n; ++j) least = std::min(least, scale_[j] > 0 ? factor_[j * n + j] : 0.0);
  return least;
}

void PositiveDefinite::solve(std::span<double> b) const {
  const auto m = static_cast<Eigen::Index>(b.size());
  const Eigen::Map<const Matrix> factor(factor_.data(), m, m);
  const Eigen::Map<const Eigen::VectorXd> scale(scale_.data(), m);
  Eigen::Map<Eigen::VectorXd> x(b.data(), m);
  x = scale.cwiseProduct(x);
  factor.triangularView<Eigen::Lower>().solveInPlace(x);
  factor.transpose().triangularView<Eigen::Upper>().solveInPlace(x);
  x = scale.cwiseProduct(x);
}

}  // namespace thalweg
