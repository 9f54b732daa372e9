#include <fmt/format.h>

#include "thalweg/base/text.hpp"
#include "thalweg/monitor/detector/detector.hpp"

namespace thalweg {
namespace {

constexpr double most_flat = 0.5;

std::optional<Finding> detect(const Watched& run) {
  if (run.inspections.empty()) return {};
  // From the start, or at the end.
  for (const Inspection* look : {&run.inspections.front(), &run.inspections.back()})
    for (const LayerRecord& layer : look->layers) {
      if (!layer.bounded() || !(layer.flat > most_flat)) continue;
      const bool start = look == &run.inspections.front();
      Finding out;
      out.severity = start || run.stuck() ? Severity::warning : Severity::note;
      out.where = fmt::format("{}, step {}", layer.name, look->step);
      out.message =
          fmt::format("{} % of its numbers are where {} is flat, so that hardly a gradient passes",
                      brief(100 * layer.flat, 3), layer.kind);
      out.evidence = {{"flat", layer.flat}};
      out.remedy = start ? "--initializer auto and inputs that are scaled, for numbers of about 1"
                         : "0.1 of the learning rate, or --norm batch";
      if (start)
        out.edits = {{"initializer", "auto"}, {"no_scale", "false"}};
      else
        out.edits = run.rate_edit(0.1);
      return out;
    }
  return {};
}

}  // namespace

DetectorRow saturation_row() {
  return {
      "saturation",
      "tanh or sigmoid driven to their ends",
      "before the first step or after the last more than half of a layer's numbers are where its "
      "derivative is below 1 % of its largest; a note where the network learns all the same",
      "SageMaker Debugger and DeepDiagnosis 2022: more than half",
      {},
      detect};
}

}  // namespace thalweg
