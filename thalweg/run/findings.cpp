#include "thalweg/run/findings.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "thalweg/base/text.hpp"
#include "thalweg/certify/condition.hpp"

namespace thalweg {
namespace {

// The features that a direction moves most, at most three.
std::string movers(std::span<const double> direction, std::span<const std::string> features,
                   size_t outputs) {
  const size_t p = features.size();
  std::vector<double> size(p, 0.0);
  for (size_t j = 0; j < outputs * p; ++j)
    size[j % p] = std::max(size[j % p], std::abs(direction[j]));
  std::vector<size_t> order;
  for (size_t j = 0; j < p; ++j)
    if (size[j] > 0) order.push_back(j);
  std::sort(order.begin(), order.end(), [&](size_t a, size_t b) { return size[a] > size[b]; });
  std::vector<std::string> names;
  for (size_t j : order)
    if (names.size() < 3) names.push_back(features[j]);
  if (names.empty()) return "the intercept";
  return join(names, ", ") + (order.size() > 3 ? ", …" : "");
}

}  // namespace

void add_findings(Objective& objective, std::span<const double> x,
                  std::span<const std::string> features, bool scaled, Verdict& verdict) {
  const LinearPredictor& predictor = *objective.linear_predictor();
  const Penalty& r = predictor.penalty;
  if (verdict.outcome == Outcome::no_minimizer) {
    const bool counts = predictor.samples.loss.kind == LossKind::poisson;
    verdict.findings.push_back(
        {"no_minimizer",
         Severity::fault,
         movers(verdict.certificate.direction, features, predictor.samples.outputs),
         counts ? "all counts along a direction are zero, so its coefficient runs off to infinity"
                : "the classes can be separated, so coefficients run off to infinity",
         {},
         "add a penalty: --l2 1e-4, or drop the column",
         {{"l2", "1e-4"}}});
    return;
  }
  // A step above 2/L proves divergence for quadratics only; elsewhere it is where to look first.
  const bool failed = verdict.outcome == Outcome::diverged || verdict.outcome == Outcome::stalled ||
                      verdict.outcome == Outcome::descending;
  const double most = failed && std::isfinite(verdict.last.learning_rate)
                          ? 2 / objective.curvature()->smoothness()
                          : 0;
  if (most > 0 && verdict.last.learning_rate > most) {
    const std::string half = brief(most / 2, 3);
    verdict.findings.push_back(
        {"step_too_large",
         Severity::fault,
         "",
         fmt::format("the step size {} is above 2/L = {}, so steps can overshoot the valley",
                     brief(verdict.last.learning_rate, 3), brief(most, 3)),
         {{"step_size", verdict.last.learning_rate}, {"two_over_L", most}},
         fmt::format("--step-size {} (1/L), or --search armijo", half),
         {{"step_size", half}}});
  } else if (verdict.outcome == Outcome::diverged) {
    verdict.findings.push_back({"step_too_large",
                                Severity::fault,
                                "",
                                "the value grew instead of falling",
                                {{"step_size", verdict.last.step_size}},
                                "let a search choose the step: --search armijo, or --method auto",
                                {{"search", "armijo"}}});
  }
  if (verdict.outcome == Outcome::diverged) return;
  const Condition c = condition(predictor, x);
  if (std::isinf(c.number) && r.l2 == 0 && !c.estimated)
    verdict.findings.push_back(
        {"not_unique",
         Severity::warning,
         "",
         "the Hessian is singular: some columns are combinations of others, so the minimizer is "
         "not unique",
         {},
         "a small penalty picks one: --l2 1e-6",
         {{"l2", "1e-6"}}});
  if (!scaled && c.number > 10 * c.standardized)
    verdict.findings.push_back(
        {"unscaled_input",
         Severity::warning,
         features[c.widest],
         fmt::format("columns spread from {} (\"{}\") to {} (\"{}\"), which makes the condition "
                     "number {}; standardized columns have {}",
                     brief(c.narrowest_deviation, 3), features[c.narrowest],
                     brief(c.widest_deviation, 3), features[c.widest], brief(c.number, 3),
                     brief(c.standardized, 3)),
         {{"condition_number", c.number}, {"standardized", c.standardized}},
         fmt::format("leave out --no-scale, or divide \"{}\" by {}", features[c.widest],
                     brief(c.widest_deviation, 3)),
         {{"no_scale", "false"}}});
  else if (std::isfinite(c.number))
    verdict.findings.push_back(
        {"conditioning",
         Severity::note,
         "",
         fmt::format("the condition number of the Hessian is {}", brief(c.number, 3)),
         {{"condition_number", c.number}},
         "",
         {}});
}

}  // namespace thalweg
