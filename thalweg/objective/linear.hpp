// The objective of a linear model: mean loss over the samples plus a separable penalty.
//
//   P(w, b) = (1/S) sum_i s_i f(x_i'w + b, y_i) + sum_j (l1 |w_j| + l2/2 w_j^2),  lower <= w <= upper
//
// Parameters: "weight" [outputs, columns] ([columns] for one output), "intercept" [outputs].
// The smooth part is the mean loss and the l2 term; l1 and the box are the composite part.
#pragma once

#include <optional>

#include "thalweg/objective/objective.hpp"

namespace thalweg {

class LinearObjective final : public Objective, private Composite, private Curvature {
 public:
  // `samples` must outlive this. Throws Error on weights that are negative, not finite or sum to 0.
  LinearObjective(Samples samples, Penalty penalty);

  const Layout& layout() const override { return layout_; }
  double value_and_gradient(std::span<const double> x, std::span<double> gradient) override;
  double value(std::span<const double> x) override;
  size_t samples() const override { return rows(*predictor_.samples.design); }

  // Null where the penalty is smooth.
  const Composite* composite() const override;
  Curvature* curvature() override { return this; }
  const LinearPredictor* linear_predictor() const override { return &predictor_; }

  // A start for descent: weights 0 (or the nearest point of the box), the intercept that is best
  // for them.
  Buffer<double> start() const;

  // Another penalty on the same samples. What was evaluated is forgotten.
  void set_penalty(const Penalty& penalty);

 private:
  double value(std::span<const double> x) const override;
  void proximal(std::span<const double> x, double step, std::span<double> out) const override;
  void minimal_subgradient(std::span<const double> x, std::span<const double> g,
                           std::span<double> out) const override;

  double evaluate(std::span<const double> x, std::span<double> g) override;
  void hessian(std::span<double> h) override;
  bool rough_hessian(std::span<double> h) override;
  void product(std::span<const double> d, std::span<double> out) override;
  bool constant() const override { return predictor_.samples.loss.kind == LossKind::squared; }
  double smoothness() override;
  double convexity() override;

  double add_l2(std::span<const double> x, std::span<double> g) const;

  LinearPredictor predictor_;
  Layout layout_;
  size_t weights_;  // parameters that the penalty sees
  std::optional<double> smoothness_;
};

}  // namespace thalweg
