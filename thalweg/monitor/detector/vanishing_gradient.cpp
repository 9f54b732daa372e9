#include <fmt/format.h>

#include <cmath>

#include "thalweg/base/text.hpp"
#include "thalweg/monitor/detector/detector.hpp"

namespace thalweg {
namespace {

constexpr double least_ratio = 1e-3;
constexpr size_t least_depth = 3;

// Root mean square of the gradient of the first weights over that of the last.
double ratio_of(const Inspection& look) {
  const std::vector<const TensorRecord*> weights = Watched::weights(look);
  if (weights.size() < least_depth) return unknown;
  const auto size = [](const TensorRecord* w) { return w->gradient_norm / std::sqrt(w->size); };
  return size(weights.front()) / size(weights.back());
}

std::optional<Finding> detect(const Watched& run) {
  size_t found = 0;
  for (const Inspection& look : run.inspections) found += ratio_of(look) < least_ratio;
  if (found == 0 || 2 * found < run.inspections.size() || !run.stuck()) return {};
  // From the start: what large steps do to a sound network is another finding.
  if (!(ratio_of(run.inspections.front()) < least_ratio)) return {};
  const Inspection& look = run.inspections.back();
  const double ratio = ratio_of(look);
  if (!(ratio < least_ratio)) return {};
  const std::vector<const TensorRecord*> weights = Watched::weights(look);
  const bool bounded = run.has_layer("sigmoid") || run.has_layer("tanh") ||
                       run.has_layer("hard_sigmoid") || run.has_layer("hard_tanh");
  const double factor = std::pow(ratio, 1 / static_cast<double>(weights.size() - 1));
  Finding out;
  out.severity = Severity::fault;
  out.where = weights.front()->name + ", " + weights.back()->name;
  out.message = fmt::format(
      "the first layer's gradient is {} of the last one's, a factor {} a layer over {}, and the "
      "network has hardly learned",
      brief(ratio, 2), brief(factor, 2), weights.size());
  out.evidence = {{"ratio", ratio}, {"factor", factor}};
  out.edits = {bounded ? std::pair("activation", "relu") : std::pair("norm", "layer")};
  std::string remedy = bounded ? "--activation relu" : "--norm layer";
  if (run.has_layer("dropout")) {
    out.edits.emplace_back("dropout", "0");
    remedy += " --dropout 0";
  }
  out.remedy = fmt::format("{}, for a factor near 1; or fewer than {} layers", remedy,
                           static_cast<int>(std::log(least_ratio) / std::log(factor)) + 2);
  return out;
}

}  // namespace

DetectorRow vanishing_gradient_row() {
  return {
      "vanishing_gradient",
      "gradients that do not reach the first layers",
      "in the first, the last and most looks the gradient's root mean square in the first weights "
      "is below "
      "1e-3 of that in the last ones, and the loss is within a tenth of a constant prediction's",
      "AutoTrainer 2021: the ratio, and that training must be in trouble as well",
      {},
      detect};
}

}  // namespace thalweg
