#include <fmt/format.h>

#include <cmath>

#include "thalweg/base/text.hpp"
#include "thalweg/monitor/detector/detector.hpp"

namespace thalweg {
namespace {

constexpr double least_gain = 0.01;  // below the loss of a constant prediction
constexpr size_t least_records = 16;

std::optional<Finding> detect(const Watched& run) {
  if (run.records.size() < least_records || !(run.base > 0) || run.falling()) return {};
  const double reached = run.reached();
  if (!std::isfinite(reached) || reached < 1 - least_gain) return {};
  Finding out;
  out.severity = Severity::warning;
  out.message =
      fmt::format("the loss came to {} of what predicting the same for every sample has, {}",
                  brief(reached, 4), brief(run.base, 4));
  out.evidence = {{"reached", reached}, {"base", run.base}};
  if (run.has_layer("dropout")) {
    out.remedy = "--dropout 0; or the inputs say nothing about the target";
    out.edits = {{"dropout", "0"}};
    return out;
  }
  out.remedy =
      "the inputs may say nothing about the target: see whether --model logistic or linear learns "
      "1 % of it";
  return out;
}

}  // namespace

DetectorRow no_learning_row() {
  return {"no_learning",
          "no better than predicting the same for every sample",
          "the least loss is not 1 % below that of the best constant prediction, does not fall, "
          "and no cause was found",
          "the base rate instead of a target accuracy, as AutoTrainer 2021 has one",
          {},
          detect,
          true};
}

}  // namespace thalweg
