#include <fmt/format.h>

#include "thalweg/base/text.hpp"
#include "thalweg/monitor/detector/detector.hpp"

namespace thalweg {
namespace {

std::optional<Finding> detect(const Watched& run) {
  // The outcome rests on the tests: no slope, equal halves, a learning rate that is still large.
  if (run.outcome != Outcome::noise_floor || run.stuck()) return {};
  Finding out;
  out.severity = Severity::note;
  out.where = "the last half";
  out.message =
      fmt::format("the loss stays at {} while the learning rate is still {} of its largest",
                  brief(run.late(), 3), brief(run.last_learning_rate / run.learning_rate, 2));
  out.evidence = {{"late_loss", run.late()}, {"learning_rate", run.last_learning_rate}};
  out.remedy = "let it fall: --schedule cosine, or go on with 0.1 of it";
  out.edits = {{"schedule", "cosine"}};
  return out;
}

}  // namespace

DetectorRow standstill_row() {
  return {"standstill",
          "a plateau at a learning rate that is still large",
          "the outcome is noise_floor, below what a constant prediction has",
          "the slope test of Zhang, Lang, Liu, Xiao, 2020 (SLOPE), over batch means",
          {},
          detect};
}

}  // namespace thalweg
