#include <fmt/format.h>

#include <algorithm>

#include "thalweg/base/text.hpp"
#include "thalweg/monitor/detector/detector.hpp"

namespace thalweg {
namespace {

constexpr double least_rise = 0.1;  // of the validation's least loss
constexpr double sure_rise = 0.25;  // without a test on the samples
constexpr size_t least_later = 3;   // epochs

// The mean loss of the records of epoch k, 0 the first.
double training_of(const Watched& run, size_t k) {
  double sum = 0, count = 0;
  for (const Record& record : run.records) {
    const double at = static_cast<double>(record.step) / run.steps_per_epoch;
    if (at <= static_cast<double>(k) || at > static_cast<double>(k + 1)) continue;
    sum += record.value, ++count;
  }
  return sum / count;
}

std::optional<Finding> detect(const Watched& run) {
  const std::span<const double> held = run.validations;
  if (held.size() <= least_later || run.stuck()) return {};
  const auto best = static_cast<size_t>(std::min_element(held.begin(), held.end()) - held.begin());
  // Several epochs that are higher, not one.
  const size_t end = std::max(least_later, held.size() / 4);
  if (best + end >= held.size()) return {};
  double late = 0;
  for (const double v : held.last(end)) late += v / static_cast<double>(end);
  const double training = training_of(run, best), trained = training_of(run, held.size() - 1);
  if (!(late > (1 + least_rise) * held[best]) || !(trained < training)) return {};
  Finding out;
  const bool sure = run.outcome == Outcome::validated || late > (1 + sure_rise) * held[best];
  out.severity = sure ? Severity::warning : Severity::note;
  out.where = fmt::format("epochs {} to {}", best + 1, held.size());
  out.message = fmt::format(
      "the loss on held-out samples rose from {} to {} while that of training fell from {} to {}",
      brief(held[best], 3), brief(late, 3), brief(training, 3), brief(trained, 3));
  out.evidence = {{"best_epoch", static_cast<double>(best + 1)},
                  {"best_validation", held[best]},
                  {"late_validation", late},
                  {"training_there", training},
                  {"training_late", trained}};
  out.remedy =
      fmt::format("--epochs {}, or a smaller network, more --dropout, or more data", best + 1);
  out.edits = {{"epochs", fmt::format("{}", best + 1)}};
  return out;
}

}  // namespace

DetectorRow overfitting_row() {
  return {"overfitting",
          "held-out samples do worse while training does better",
          "the last quarter of the validations, three or more, has a mean more than 10 % above the "
          "best one before, and the training loss fell meanwhile; a note below 25 % where no test "
          "on the samples agrees",
          "Overfit of SageMaker Debugger: 10 %",
          {},
          detect};
}

}  // namespace thalweg
