// The hinge loss of a linear model, smoothed around a dual point: the inner problem of a proximal
// point step on the dual.
//
//   f(z) = max over a in [0, 1] of a m - sigma/2 (a - c)^2,   m = 1 - y z,   y = 2t - 1,
//
// reached at a = clip(c + m/sigma, 0, 1). Its derivative is -y a, its curvature 1/sigma where a is
// inside. Penalties are those of the linear objective that it stands for.
#pragma once

#include "thalweg/objective/objective.hpp"

namespace thalweg {

class SmoothedHinge final : public Objective, private Curvature {
 public:
  // `hinge` must outlive this; `center` c [rows] is read at each evaluation.
  SmoothedHinge(Objective& hinge, std::span<const double> center, double sigma);

  const Layout& layout() const override { return hinge_.layout(); }
  double value_and_gradient(std::span<const double> x, std::span<double> gradient) override;
  double value(std::span<const double> x) override;
  size_t samples() const override { return hinge_.samples(); }
  const Composite* composite() const override { return hinge_.composite(); }
  const LinearPredictor* linear_predictor() const override { return hinge_.linear_predictor(); }
  Curvature* curvature() override { return this; }

  void set_sigma(double sigma) { sigma_ = sigma; }
  // a [rows] at the last point evaluated.
  std::span<const double> dual() const { return dual_; }

 private:
  double evaluate(std::span<const double> x, std::span<double> g) override;
  void hessian(std::span<double> h) override;
  void product(std::span<const double> d, std::span<double> out) override;
  double smoothness() override;
  double convexity() override { return 0; }

  Objective& hinge_;
  const Samples& sample_;
  double l2_;
  size_t weights_;
  std::span<const double> center_;
  double sigma_;
  Buffer<double> z_, dual_, curvature_, residual_;  // [rows]
};

}  // namespace thalweg
