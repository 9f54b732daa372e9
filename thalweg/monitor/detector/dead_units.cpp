#include <fmt/format.h>

#include "thalweg/base/text.hpp"
#include "thalweg/monitor/detector/detector.hpp"

namespace thalweg {
namespace {

// Layers that learn well have been seen with half of their units silent on a batch.
constexpr double most_dead = 0.7, nearly_all = 0.95;

std::optional<Finding> detect(const Watched& run) {
  if (run.inspections.empty()) return {};
  const Inspection &first = run.inspections.front(), &last = run.inspections.back();
  size_t worst = last.layers.size();
  for (size_t i = 0; i < last.layers.size(); ++i) {
    const LayerRecord& layer = last.layers[i];
    if (!layer.bounded() && layer.dead >= most_dead &&
        (worst == last.layers.size() || layer.dead > last.layers[worst].dead))
      worst = i;
  }
  if (worst == last.layers.size()) return {};
  const LayerRecord& layer = last.layers[worst];
  const double before = first.layers[worst].dead;
  const bool died = before < most_dead / 2;
  // Where nothing but 0 came in it is the weights' fault.
  if (worst > 0 && first.layers[worst - 1].mean_square == 0) return {};
  Finding out;
  out.severity = layer.dead >= nearly_all && run.stuck() ? Severity::fault
                 : run.stuck()                           ? Severity::warning
                                                         : Severity::note;
  out.where = layer.name;
  out.message = fmt::format(
      "{} % of its units are 0 for every sample of a batch, {} % were before the first step",
      brief(100 * layer.dead, 3), brief(100 * before, 3));
  out.evidence = {{"dead", layer.dead}, {"dead_at_start", before}};
  if (died) {
    out.remedy = fmt::format("{} of the learning rate, with which no step throws units so far",
                             rounded(run.step_factor()));
    out.edits = run.rate_edit(run.step_factor());
  } else {
    out.remedy = "--activation leaky_relu, which passes a hundredth of the gradient below 0";
    out.edits = {{"activation", "leaky_relu"}};
  }
  return out;
}

}  // namespace

DetectorRow dead_units_row() {
  return {
      "dead_units",
      "units that are 0 for every sample, so that they cannot learn",
      "at the last look 70 % of a layer's units or more are flat on the whole batch; only a note "
      "where the network learns all the same",
      "AutoTrainer 2021 and DeepDiagnosis 2022: 70 %, the latter of outputs, which sound networks "
      "reach as well",
      {},
      detect};
}

}  // namespace thalweg
