#include "thalweg/optim/spectrum.hpp"

#include <algorithm>
#include <cmath>

#include "thalweg/optim/trust_region.hpp"

namespace thalweg {

using Eigen::VectorXd;

Spectrum::Spectrum(const Eigen::MatrixXd& h, const VectorXd& g) : c_(g) {
  values_ = VectorXd::Constant(g.size(), std::nan(""));
  if (!h.allFinite()) return;
  const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> solver(h);
  values_ = solver.eigenvalues();
  vectors_ = solver.eigenvectors();
  c_ = vectors_.transpose() * g;
}

// At lambda > -least eigenvalue, or at that with the hard case's part along its vector.
ModelStep Spectrum::step(double lambda, double radius) const {
  VectorXd p(c_.size());
  for (Eigen::Index i = 0; i < c_.size(); ++i) {
    const double curvature = values_[i] + lambda;
    p[i] = c_[i] == 0 || curvature <= 0 ? 0 : -c_[i] / curvature;
  }
  const double missing = radius * radius - p.squaredNorm();
  // Negative curvature held back by lambda alone, and not by the radius.
  if (values_[0] < 0 && values_[0] + lambda <= 1e-12 * std::abs(values_[0]) && missing > 0)
    p[0] += std::sqrt(missing);
  const double predicted = -(c_.dot(p) + p.dot(values_.cwiseProduct(p)) / 2);
  return {vectors_ * p, predicted, lambda};
}

ModelStep Spectrum::within(double radius) const {
  const auto size = static_cast<size_t>(c_.size());
  return step(secular_multiplier({values_.data(), size}, {c_.data(), size}, radius), radius);
}

ModelStep Spectrum::cubic(double sigma) const {
  // |p(lambda)| falls, lambda / sigma rises: a bisection of where they meet.
  const double least = std::max(0.0, -values_[0]);
  const auto length = [&](double lambda) {
    double square = 0;
    for (Eigen::Index i = 0; i < c_.size(); ++i)
      if (c_[i] != 0) square += std::pow(c_[i] / (values_[i] + lambda), 2);
    return std::sqrt(square);
  };
  double low = least, high = least + std::sqrt(sigma * c_.norm()) + least;
  while (length(high) > high / sigma) high *= 2;
  for (int i = 0; i < 100 && high - low > 1e-14 * high; ++i) {
    const double middle = (low + high) / 2;
    (length(middle) > middle / sigma ? low : high) = middle;
  }
  ModelStep out = step(high, high / sigma);
  out.predicted -= sigma / 3 * std::pow(out.p.norm(), 3);
  return out;
}

}  // namespace thalweg
