#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "thalweg/base/text.hpp"
#include "thalweg/monitor/detector/detector.hpp"

namespace thalweg {
namespace {

constexpr double most_moved = 0.1;  // of the parameters' norm, a step
constexpr double rising = 2;        // late loss over the least on the way

std::optional<Finding> detect(const Watched& run) {
  const Watched::Moved moved = run.moved();
  const bool diverged = run.outcome == Outcome::diverged && run.records.size() > 1;
  double least = run.first();
  for (const Record& record : run.records) least = std::fmin(least, record.value);
  const double late = run.late();
  const bool bad = run.stuck() || (late > rising * least && late > run.reference());
  if (!diverged && !(moved.largest > most_moved && bad)) return {};
  // What was nowhere finite says nothing of steps.
  if (!std::isfinite(run.first())) return {};
  const double factor = run.step_factor();
  Finding out;
  out.severity = Severity::fault;
  out.message =
      moved.largest > most_moved
          ? fmt::format(
                "a step moved the parameters by {} of their norm, and the loss went from {} "
                "to {}",
                brief(moved.largest, 2), brief(run.first(), 3), brief(late, 3))
          : fmt::format("the loss grew from {} until it was not finite or above its start",
                        brief(least, 3));
  out.evidence = {{"largest_step", moved.largest},
                  {"first_step", moved.first},
                  {"first_loss", run.first()},
                  {"least_loss", least},
                  {"late_loss", late},
                  {"learning_rate", run.learning_rate}};
  out.remedy = fmt::format("{} of the learning rate", rounded(factor));
  out.edits = run.rate_edit(factor);
  return out;
}

}  // namespace

DetectorRow step_too_large_row() {
  return {"step_too_large",
          "steps that overshoot",
          "the run diverged; or a recorded step moved the parameters by more than a tenth of their "
          "norm and the loss is within a tenth of a constant prediction's, or twice its least and "
          "above that",
          "update ratios of more than 0.1: DeepDiagnosis 2022, TheDeepChecker 2022",
          {},
          detect};
}

}  // namespace thalweg
