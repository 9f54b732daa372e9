// A quadratic model g'p + p'Hp/2 in the coordinates of H's eigenvectors, where its minimum within a
// radius, or with a cubic penalty, is found exactly, indefinite H included.
#pragma once

#include <Eigen/Dense>

namespace thalweg {

struct ModelStep {
  Eigen::VectorXd p;
  double predicted = 0;  // decrease of the model
  double lambda = 0;     // 0: the radius does not hold the step back
};

class Spectrum {
 public:
  Spectrum(const Eigen::MatrixXd& h, const Eigen::VectorXd& g);

  bool finite() const { return values_.allFinite() && c_.allFinite(); }
  // The minimum within |p| <= radius. In the hard case, where g has nothing along the least
  // eigenvector and the curvature there is negative, to the boundary along it.
  // Source: Moré, Sorensen, SIAM J. Sci. Stat. Comput. 4 (1983).
  ModelStep within(double radius) const;
  // The minimum of the model plus sigma |p|^3 / 3.
  // Source: Nesterov, Polyak, Math. Program. 108 (2006), section 5.
  ModelStep cubic(double sigma) const;

 private:
  ModelStep step(double lambda, double radius) const;

  Eigen::MatrixXd vectors_;
  Eigen::VectorXd values_, c_;  // eigenvalues, and g along their vectors
};

}  // namespace thalweg
