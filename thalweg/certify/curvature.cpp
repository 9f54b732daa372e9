#include "thalweg/certify/curvature.hpp"

#include <Eigen/Dense>
#include <cmath>

#include "thalweg/base/random.hpp"
#include "thalweg/tensor/buffer.hpp"

namespace thalweg {
namespace {

using Vector = Eigen::VectorXd;
using Matrix = Eigen::MatrixXd;
using Eigen::Index;

constexpr size_t dense = 300, lanczos_steps = 60;
constexpr double least_share = 1e-8;

void found_negative(ExaminedCurvature& out, Vector direction, double along) {
  out.negative = true;
  out.along = along;
  direction.normalize();
  out.direction.assign(direction.begin(), direction.end());
}

ExaminedCurvature by_eigenvalues(Curvature& curvature, size_t size) {
  Matrix h(size, size);
  curvature.hessian({h.data(), size * size});
  ExaminedCurvature out;
  if (!h.allFinite()) return out;
  const Vector values =
      Eigen::SelfAdjointEigenSolver<Matrix>(h, Eigen::EigenvaluesOnly).eigenvalues();
  out.examined = true;
  out.lowest = values[0];
  out.highest = values[values.size() - 1];
  // Signs do not change with the units of the parameters, eigenvalues do.
  const Vector d = h.diagonal().unaryExpr(
      [](double entry) { return entry != 0 ? 1 / std::sqrt(std::abs(entry)) : 1; });
  const Eigen::SelfAdjointEigenSolver<Matrix> scaled(d.asDiagonal() * h * d.asDiagonal());
  if (!(scaled.eigenvalues()[0] < -least_share)) return out;
  const Vector v = d.cwiseProduct(scaled.eigenvectors().col(0));
  found_negative(out, v, v.dot(h * v) / v.squaredNorm());
  return out;
}

ExaminedCurvature by_lanczos(Curvature& curvature, size_t size) {
  const auto n = static_cast<Index>(size);
  const auto most = static_cast<Index>(std::min(size, lanczos_steps));
  Matrix basis(n, most);
  Vector alpha(most), beta(most), v(n), w(n);
  Random random(0, 0x6375727665);
  for (size_t i = 0; i < size; ++i) v[static_cast<Index>(i)] = random.normal();
  v.normalize();
  ExaminedCurvature out;
  Index k = 0;
  for (; k < most; ++k) {
    basis.col(k) = v;
    curvature.product({v.data(), size}, {w.data(), size});
    if (!w.allFinite()) return out;
    alpha[k] = v.dot(w);
    // Twice is enough to keep the basis orthogonal to rounding.
    for (int pass = 0; pass < 2; ++pass)
      w -= basis.leftCols(k + 1) * (basis.leftCols(k + 1).transpose() * w);
    beta[k] = w.norm();
    if (!(beta[k] > 1e-14 * std::abs(alpha[k]))) {
      ++k;
      break;
    }
    v = w / beta[k];
  }
  Eigen::SelfAdjointEigenSolver<Matrix> ritz;
  ritz.computeFromTridiagonal(alpha.head(k), beta.head(k - 1));
  out.examined = true;
  out.lowest = ritz.eigenvalues()[0];
  out.highest = ritz.eigenvalues()[k - 1];
  out.products = static_cast<size_t>(k);
  const double root = std::log(1.648 * std::sqrt(static_cast<double>(size)) / 0.01) /
                      (2 * static_cast<double>(k) - 1);
  out.unseen = root * root * (out.highest - out.lowest);
  if (out.lowest < -least_share * out.highest)
    found_negative(out, basis.leftCols(k) * ritz.eigenvectors().col(0), out.lowest);
  return out;
}

}  // namespace

ExaminedCurvature examine_curvature(Curvature& curvature, std::span<const double> x) {
  Buffer<double> gradient(x.size());
  curvature.evaluate(x, gradient);
  return x.size() <= dense ? by_eigenvalues(curvature, x.size()) : by_lanczos(curvature, x.size());
}

}  // namespace thalweg
