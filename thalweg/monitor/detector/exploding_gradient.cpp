#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "thalweg/base/text.hpp"
#include "thalweg/monitor/detector/detector.hpp"

namespace thalweg {
namespace {

// |weights . gradient| / loss: by how many times its value the loss changes with the scale of the
// weights. Healthy networks have about 1.
constexpr double most = 30;
constexpr double most_input = 30, most_step = 0.1;
constexpr double least_clip = 1e-6;

std::optional<Finding> detect(const Watched& run) {
  const TensorRecord* worst = nullptr;
  const Inspection* when = nullptr;
  double largest = 0;
  for (const Inspection& look : run.inspections)
    for (const TensorRecord* tensor : Watched::weights(look)) {
      const double leverage = std::abs(tensor->product) / run.reference();
      // Not finite counts as largest.
      if (leverage <= largest) continue;
      largest = leverage, worst = tensor, when = &look;
      if (!std::isfinite(leverage)) break;
    }
  if (worst == nullptr || largest <= most) return {};
  // What inputs or steps of another size do has findings of its own.
  if (when->step == 0 ? when->widest > most_input : run.moved().largest > most_step) return {};
  std::vector<double> norms;
  for (const Record& record : run.records)
    if (std::isfinite(record.gradient_norm)) norms.push_back(record.gradient_norm);
  double clip = 1;
  if (!norms.empty()) {
    const auto middle = norms.begin() + static_cast<long>(norms.size() / 2);
    std::nth_element(norms.begin(), middle, norms.end());
    clip = std::clamp(*middle, least_clip, 1.0);
  }
  Finding out;
  out.severity = Severity::warning;
  out.where = fmt::format("{}, step {}", worst->name, when->step);
  out.message = fmt::format(
      "its gradient has norm {}: scaling it up by 1 % would change the loss by {} of what a "
      "constant prediction has",
      brief(worst->gradient_norm, 3), brief(largest / 100, 3));
  out.evidence = {
      {"gradient_norm", worst->gradient_norm}, {"norm", worst->norm}, {"leverage", largest}};
  if (run.has_layer("exponential")) {
    out.remedy = "--activation relu, whose derivative is at most 1";
    out.edits = {{"activation", "relu"}};
  } else if (when->step == 0) {
    out.remedy = "--initializer auto, with which that is about 0.01";
    out.edits = {{"initializer", "auto"}};
  } else {
    out.remedy = fmt::format("clip_global_norm({}) before the steps", rounded(clip));
    out.edits = {{"clip_global_norm", rounded(clip)}};
  }
  return out;
}

}  // namespace

DetectorRow exploding_gradient_row() {
  return {"exploding_gradient",
          "gradients that no step size suits",
          "the product of weights and their gradient is above 30 times the loss of a constant "
          "prediction, or not finite",
          "free of units, in the place of AutoTrainer's (2021) ratio of 70 between first and last "
          "layer, which weights that are all too large do not show",
          {},
          detect};
}

}  // namespace thalweg
