#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "thalweg/base/text.hpp"
#include "thalweg/monitor/detector/detector.hpp"

namespace thalweg {
namespace {

constexpr double least_moved = 1e-4;  // of the parameters' norm, a step
constexpr double least_path = 0.05;   // of the norm, by all steps together
constexpr double suited = 1e-3;
constexpr double little = 0.2;  // share of the first loss by which it fell

std::optional<Finding> detect(const Watched& run) {
  if (!std::isfinite(run.reached())) return {};
  // Where nothing but 0 comes through it is the weights' fault.
  if (!run.inspections.empty())
    for (const LayerRecord& layer : run.inspections.front().layers)
      if (layer.mean_square == 0) return {};
  const double moved = run.moved().largest, fell = 1 - run.late() / run.first();
  const size_t half = run.records.size() / 2;
  const Estimate early = slope_of(run.records.first(half)),
                 later = slope_of(run.records.last(half));
  // As fast at the end as at the beginning: no curvature has been met.
  const bool straight =
      run.falling() && later.value < early.value / 2 && !(moved > 10 * least_moved);
  const double path = moved * static_cast<double>(run.records.back().step);
  if (fell > little) return {};
  if (!(path < least_path) && !(run.stuck() && (straight || moved < least_moved))) return {};
  const double factor =
      moved > 0 ? std::clamp(std::exp2(std::round(std::log2(suited / moved))), 4.0, 1e6) : 10;
  Finding out;
  out.severity = Severity::warning;
  out.message = fmt::format(
      "the loss fell by {} %{}, and no recorded step moved the parameters by "
      "more than {} of their norm",
      brief(100 * std::max(0.0, fell), 2), straight ? " along a straight line" : "",
      brief(moved, 2));
  out.evidence = {{"largest_step", moved},
                  {"fell", fell},
                  {"slope_early", early.value},
                  {"slope_late", later.value},
                  {"learning_rate", run.learning_rate}};
  out.remedy = fmt::format("{} times the learning rate", rounded(factor));
  out.edits = run.rate_edit(factor);
  return out;
}

}  // namespace

DetectorRow step_too_small_row() {
  return {
      "step_too_small",
      "steps that hardly move",
      "the loss fell by less than a fifth, and all steps together moved the parameters by less "
      "than 0.05 of their norm; or the loss is within a tenth of a constant prediction's, and no "
      "step moved them by more than 1e-4, or the loss falls as fast at the end as at the beginning",
      "update ratios below 1e-4: TheDeepChecker 2022",
      {},
      detect};
}

}  // namespace thalweg
