#include "thalweg/kernel/loss/loss.hpp"

#include <array>
#include <limits>
#include <stdexcept>

namespace thalweg {
namespace {

constexpr double none = std::numeric_limits<double>::infinity();

}  // namespace

std::span<const LossRow> losses() {
  // The curvature of quantile depends on its smoothing: max_curvature(Loss) knows.
  static const std::vector<LossRow> rows = {
      {"squared",
       LossKind::squared,
       TargetKind::real,
       "least squares",
       "(z - y)^2 / 2",
       1,
       false,
       true,
       {}},
      {"logistic",
       LossKind::logistic,
       TargetKind::binary,
       "logistic regression of two classes",
       "ln(1 + exp z) - y z, y in {0, 1}",
       0.25,
       true,
       true,
       {}},
      {"softmax",
       LossKind::softmax,
       TargetKind::classes,
       "logistic regression of several classes",
       "ln(sum over k of exp z_k) - z_y",
       0.5,
       true,
       true,
       {}},
      {"poisson",
       LossKind::poisson,
       TargetKind::count,
       "counts, logarithmic link",
       "exp z - y z",
       none,
       true,
       true,
       {}},
      {"gamma",
       LossKind::gamma,
       TargetKind::positive,
       "positive numbers, logarithmic link",
       "z + y exp(-z)",
       none,
       true,
       true,
       {}},
      {"huber",
       LossKind::huber,
       TargetKind::real,
       "least squares that bends for outliers",
       "r^2 / 2 for |r| <= delta, else delta (|r| - delta / 2), r = z - y",
       1,
       false,
       true,
       {Option::real("delta", 1, 1e-100, 1e100,
                     "width of the quadratic part, in units of the target")}},
      {"quantile",
       LossKind::quantile,
       TargetKind::real,
       "a quantile of the target, smoothed",
       "max over q in [-level, 1 - level] of q (z - y) - smoothing q^2 / 2",
       none,
       false,
       true,
       {Option::real("level", 0.5, 1e-6, 1 - 1e-6, "the quantile sought, such as 0.9"),
        Option::real("smoothing", 0.1, 1e-100, 1e100,
                     "width of the smoothed corner, in units of the target")}},
      {"hinge",
       LossKind::hinge,
       TargetKind::binary,
       "linear support vector machine",
       "max(1 - y z, 0), y in {-1, 1}",
       none,
       false,
       false,
       {}},
      {"squared_hinge",
       LossKind::squared_hinge,
       TargetKind::binary,
       "support vector machine with squared slack",
       "max(1 - y z, 0)^2, y in {-1, 1}",
       2,
       false,
       true,
       {}},
  };
  return rows;
}

const LossRow& loss_row(LossKind kind) {
  for (const LossRow& row : losses())
    if (row.kind == kind) return row;
  throw std::logic_error("a loss without a row");
}

Loss make_loss(const LossRow& row, const Settings& settings) {
  Loss loss;
  loss.kind = row.kind;
  if (settings.has("delta")) loss.delta = settings.real("delta");
  if (settings.has("level")) loss.level = settings.real("level");
  if (settings.has("smoothing")) loss.smoothing = settings.real("smoothing");
  return loss;
}

double max_curvature(const Loss& loss) {
  return loss.kind == LossKind::quantile ? 1 / loss.smoothing : loss_row(loss.kind).max_curvature;
}

}  // namespace thalweg
