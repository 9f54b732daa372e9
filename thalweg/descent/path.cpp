#include "thalweg/descent/path.hpp"

#include <algorithm>
#include <cmath>
#include <optional>

#include "thalweg/base/error.hpp"
#include "thalweg/certify/certify.hpp"
#include "thalweg/objective/intercept.hpp"
#include "thalweg/objective/linear.hpp"
#include "thalweg/optim/lasso/lasso.hpp"
#include "thalweg/optim/method/coordinate_descent.hpp"

namespace thalweg {
namespace {

size_t used_columns(std::span<const double> weights, size_t columns) {
  size_t count = 0;
  for (size_t j = 0; j < columns; ++j) {
    bool used = false;
    for (size_t at = j; at < weights.size(); at += columns) used = used || weights[at] != 0;
    count += used ? 1 : 0;
  }
  return count;
}

// A minimizer of any loss, from x: proximal Newton steps until the certificate shows the gap.
PathPoint minimize(LinearObjective& objective, const Certifier& certifier, double enough,
                   Buffer<double>& x) {
  const LinearPredictor& predictor = *objective.linear_predictor();
  const Baseline& base = certifier.base();
  CoordinateDescent method{Settings()};
  State state;
  state.x = x;
  method.init(objective, state);
  Certificate certificate;
  bool progress = true;
  for (int step = 0; step < 100 && progress; ++step) {
    const Advance advance = method.advance(objective, state);
    progress = advance.progress;
    if (progress && advance.predicted_decrease > enough) continue;
    const double scale = std::max(state.value - base.infimum, 1e-8 * base.constant);
    certificate = certifier.certify(state.x, {}, {}, enough / scale, 1e6);
    if (certificate.bound <= enough) break;
  }
  if (certificate.kind != CertificateKind::none)
    std::copy(certificate.point.begin(), certificate.point.end(), state.x.begin());
  x = std::move(state.x);
  PathPoint out{predictor.penalty, {x.begin(), x.end()}};
  out.gap = certificate.bound;
  out.value = certificate.value;
  const auto weights = std::span(out.x).first(x.size() - predictor.samples.outputs);
  double excess = out.value - base.infimum;
  for (double w : weights) excess -= penalty_value(predictor.penalty, w);
  out.explained = 1 - excess / base.constant;
  return out;
}

}  // namespace

double largest_l1(const Samples& samples, const Penalty& shape) {
  if (shape.lower > 0 || shape.upper < 0)
    fail("path: begins where all weights are 0, which --lower {} --upper {} does not allow",
         shape.lower, shape.upper);
  LinearObjective objective(samples, shape);
  const Samples& known = objective.linear_predictor()->samples;
  const size_t n = rows(*samples.design), k = samples.outputs;
  // Without weights all predictions are the intercept: the slopes are half a sweep.
  std::vector<double> z(n * k, 0.0), intercepts(k, 0.0), g(objective.size());
  minimize_intercept(known, z, intercepts);
  evaluate_predictions(known, z, z, {});
  for (size_t i = 0; i < n * k; ++i) z[i] *= weight_of(known, i / k) / known.total_weight;
  combine(*known.design, k, z, g);
  double largest = 0;
  for (size_t j = 0; j + k < g.size(); ++j) largest = std::max(largest, pull(shape, g[j]));
  if (!(largest > 0 && std::isfinite(largest)))
    fail("path: no column has a slope at weights 0, so there is no path; is the target constant?");
  return largest * (1 + 1e-12);
}

std::vector<Penalty> path_grid(const Penalty& shape, double largest, size_t count, double ratio) {
  std::vector<Penalty> out(count, shape);
  const double l2 = shape.l1 > 0 ? shape.l2 / shape.l1 : 0;
  for (size_t k = 0; k < count; ++k) {
    const double share = count == 1 ? 0 : static_cast<double>(k) / static_cast<double>(count - 1);
    out[k].l1 = largest * std::pow(ratio, share);
    out[k].l2 = l2 * out[k].l1;
  }
  return out;
}

Path descend_path(const Samples& samples, std::span<const Penalty> grid, double tolerance,
                  const std::function<bool()>& stop_requested) {
  if (!loss_row(samples.loss.kind).smooth)
    fail("path: needs a differentiable loss, hinge is not; use squared_hinge");
  LinearObjective objective(samples, grid[0]);
  const bool squared = samples.loss.kind == LossKind::squared;
  const Baseline base = baseline(objective.linear_predictor()->samples);
  std::optional<Certifier> certifier;
  if (!squared) certifier.emplace(*objective.linear_predictor());
  const double enough = tolerance * base.constant;
  Path path;
  path.scale = base.constant;
  path.solver = "proximal Newton steps: the loss is not squared";
  std::unique_ptr<Lasso> lasso;
  if (squared) lasso = make_lasso(objective.linear_predictor()->samples, path.solver);
  Buffer<double> x = objective.start();
  for (const Penalty& penalty : grid) {
    if (stop_requested()) break;
    if (lasso) {
      LassoPoint solved = lasso->solve(penalty, enough);
      path.points.push_back({penalty, std::move(solved.x), 0, solved.value, solved.gap,
                             1 - solved.loss / base.constant});
    } else {
      objective.set_penalty(penalty);
      path.points.push_back(minimize(objective, *certifier, enough, x));
    }
    PathPoint& point = path.points.back();
    point.nonzeros = used_columns(std::span(point.x).first(point.x.size() - samples.outputs),
                                  columns(*samples.design));
    if (point.nonzeros == 0) point.explained = 0;
  }
  return path;
}

}  // namespace thalweg
