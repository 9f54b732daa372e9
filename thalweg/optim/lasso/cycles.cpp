#include "thalweg/optim/lasso/cycles.hpp"

#include <Eigen/Dense>

namespace thalweg {

bool Anderson::extrapolate(std::vector<double>& x) {
  iterates_.push_back(x);
  if (iterates_.size() <= depth) return false;
  constexpr auto k = static_cast<Eigen::Index>(depth);
  Eigen::Matrix<double, k, k> products;
  const auto change = [&](Eigen::Index a, size_t i) {
    const auto at = static_cast<size_t>(a);
    return iterates_[at + 1][i] - iterates_[at][i];
  };
  products.setZero();
  for (size_t i = 0; i < x.size(); ++i)
    for (Eigen::Index a = 0; a < k; ++a)
      for (Eigen::Index b = 0; b <= a; ++b) products(a, b) += change(a, i) * change(b, i);
  products = products.selfadjointView<Eigen::Lower>();
  products.diagonal().array() += 1e-12 * products.trace();
  const Eigen::Matrix<double, k, 1> raw =
      products.ldlt().solve(Eigen::Matrix<double, k, 1>::Ones());
  const double sum = raw.sum();
  bool finite = std::isfinite(sum) && sum != 0;
  for (size_t i = 0; finite && i < x.size(); ++i) {
    x[i] = 0;
    for (Eigen::Index a = 0; a < k; ++a)
      x[i] += raw[a] / sum * iterates_[static_cast<size_t>(a) + 1][i];
    finite = std::isfinite(x[i]);
  }
  if (!finite) x = iterates_.back();
  iterates_.clear();
  return finite;
}

}  // namespace thalweg
