#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "thalweg/base/text.hpp"
#include "thalweg/monitor/detector/detector.hpp"

namespace thalweg {
namespace {

// Of mean squares: a hundredfold in the numbers. Every eighth layer adds a factor of 10, as narrow
// layers wander.
double most_spread(size_t layers) { return 1e4 * std::pow(10, static_cast<double>(layers) / 8); }
constexpr double most_loss = 10;  // first loss over the constant prediction's

std::optional<Finding> detect(const Watched& run) {
  if (run.inspections.empty()) return {};
  const Inspection& look = run.inspections.front();
  size_t layers = 0;
  const LayerRecord *least = nullptr, *most = nullptr;
  for (const LayerRecord& layer : look.layers) {
    if (!layer.weights) continue;
    ++layers;
    // Not finite counts as largest.
    if (most == nullptr ||
        (std::isfinite(most->mean_square) && !(layer.mean_square <= most->mean_square)))
      most = &layer;
    if (least == nullptr || layer.mean_square < least->mean_square) least = &layer;
  }
  if (most == nullptr) return {};
  const double spread = most->mean_square / least->mean_square;
  const bool uneven = !(spread <= most_spread(layers));
  const double excess = run.first() / run.base;
  // Inputs of another size have a finding of their own.
  if (!uneven && !(excess > most_loss && look.widest < most_loss)) return {};
  Finding out;
  out.severity = Severity::warning;
  out.where = !uneven ? "" : least == most ? least->name : least->name + ", " + most->name;
  out.message =
      uneven ? fmt::format(
                   "before the first step the outputs' root mean square goes from {} to "
                   "{} between layers",
                   brief(std::sqrt(least->mean_square), 3), brief(std::sqrt(most->mean_square), 3))
             : fmt::format("the first loss is {}, {} times that of a constant prediction",
                           brief(run.first(), 3), brief(excess, 2));
  out.evidence = {{"spread", spread}, {"first_loss", run.first()}, {"base", run.base}};
  if (run.has_layer("exponential")) {
    out.remedy = "--activation relu: e^x of e^x leaves the finite numbers within 3 layers";
    out.edits = {{"activation", "relu"}};
    return out;
  }
  out.remedy =
      "--initializer auto, with which the mean square stays about 1 from layer to layer "
      "(he_normal before relu)";
  out.edits = {{"initializer", "auto"}};
  return out;
}

}  // namespace

DetectorRow poor_initialization_row() {
  return {
      "poor_initialization",
      "weights that start too large, too small or all zero",
      "before the first step the mean square of the layers' outputs differs more than 1e4 times "
      "between layers with weights, or the loss is 10 times a constant prediction's",
      "PoorInit of SageMaker Debugger; the first loss as in TheDeepChecker 2022; numbers by "
      "healthy runs",
      {},
      detect};
}

}  // namespace thalweg
