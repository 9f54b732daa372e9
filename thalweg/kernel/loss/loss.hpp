// The losses of linear predictors as values: which one, with its parameters.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "thalweg/base/option.hpp"

namespace thalweg {

enum class LossKind {
  squared,
  logistic,
  softmax,
  poisson,
  gamma,
  huber,
  quantile,
  hinge,
  squared_hinge
};

struct Loss {
  LossKind kind = LossKind::squared;
  double delta = 1;        // huber: the width of the quadratic part
  double level = 0.5;      // quantile: tau
  double smoothing = 0.1;  // quantile: h > 0
};

// What the targets of a loss may be.
enum class TargetKind { real, binary, classes, count, positive };

struct LossRow {
  std::string name;
  LossKind kind;
  TargetKind target;
  std::string help;
  std::string formula;
  double max_curvature;  // supremum of f'' (softmax: of the largest eigenvalue); infinity: none
  bool
      self_concordant;  // |f'''| <= f'' along unit changes of z (logistic, softmax, Poisson, gamma)
  bool smooth;          // f' is continuous (all but hinge)
  std::vector<Option> options;
};

// One row a loss.
std::span<const LossRow> losses();
const LossRow& loss_row(LossKind kind);
Loss make_loss(const LossRow& row, const Settings& settings);

// As the row's, with the loss's own parameters: 1 / smoothing for quantile.
double max_curvature(const Loss& loss);

}  // namespace thalweg
