// The outcome of a run on batches: tests on its losses, and on those of samples held out.
#include <fmt/format.h>

#include <cmath>
#include <vector>

#include "thalweg/base/text.hpp"
#include "thalweg/descent/judge.hpp"

namespace thalweg {
namespace {

constexpr double error_share = 0.05;    // of each test
constexpr double annealed_share = 0.1;  // below it the learning rate says nothing of the noise

}  // namespace

bool annealed(const BatchEvidence& evidence) {
  return !(evidence.learning_rate_share >= annealed_share);
}

void judge(const History& history, const BatchEvidence& evidence, Verdict& verdict) {
  const Record& last = verdict.last;
  auto conclude = [&](Outcome outcome, std::string reason) {
    verdict.outcome = outcome;
    verdict.reason = std::move(reason);
  };
  std::vector<double> epochs, values;
  for (const Record& record : history.second_half()) {
    epochs.push_back(static_cast<double>(record.step) / evidence.steps_per_epoch);
    values.push_back(record.value);
  }
  const Estimate trend = slope(epochs, values), moved = shift(values);
  const bool tested = trend.freedom > 0;
  const double critical = tested ? t_quantile(error_share, trend.freedom) : unknown;
  const bool falling = trend.t < -critical;
  const std::string per_epoch = fmt::format("{} an epoch (t = {}) over the last half",
                                            brief(trend.value, 2), brief(trend.t, 2));

  if (evidence.diverged || !std::isfinite(last.value))
    return conclude(Outcome::diverged,
                    last.step == 0 ? "the value at the start is not finite"
                                   : "the loss or a parameter left the finite numbers; the last "
                                     "good point is kept");
  if (tested && last.value > history.first().value && trend.t > critical)
    return conclude(Outcome::diverged,
                    fmt::format("the loss rose from {} at the start to {}, {}",
                                brief(history.first().value), brief(last.value), per_epoch));
  // Of several candidates the best looks better than it is: the test's error is shared among them.
  const Estimate& later = evidence.later;
  if (evidence.best_step >= 0 && evidence.best_step < last.step && later.freedom > 0) {
    const double share =
        error_share / static_cast<double>(std::max<size_t>(1, evidence.validations - 1));
    if (later.t > t_quantile(share, later.freedom))
      return conclude(
          Outcome::validated,
          fmt::format("the parameters of step {} (epoch {}) were restored, the best on held-out "
                      "samples with loss {}; at the end it was {} higher (t = {} over {} samples)",
                      evidence.best_step,
                      brief(static_cast<double>(evidence.best_step) / evidence.steps_per_epoch),
                      brief(evidence.best_value), brief(later.value, 2), brief(later.t, 2),
                      later.freedom + 1));
  }
  if (!tested)
    return conclude(Outcome::undecided, fmt::format("too few steps ({}) to say", last.step));
  const bool settled = std::abs(moved.t) <= t_quantile(error_share / 2, moved.freedom);
  if (falling)
    return conclude(Outcome::descending,
                    fmt::format("the run ended ({}) while the loss was still falling: {}",
                                verdict.stop, per_epoch));
  if (settled && !annealed(evidence))
    return conclude(Outcome::noise_floor,
                    fmt::format("the loss no longer falls at this learning rate: {}, and its "
                                "halves differ by {} (t = {})",
                                per_epoch, brief(moved.value, 2), brief(moved.t, 2)));
  conclude(Outcome::undecided,
           annealed(evidence)
               ? fmt::format("the loss stands still ({}), but at {} of the largest learning "
                             "rate that shows only that steps are small",
                             per_epoch, brief(evidence.learning_rate_share, 2))
               : fmt::format("the loss neither falls nor has settled: {}, halves differ by "
                             "{} (t = {})",
                             per_epoch, brief(moved.value, 2), brief(moved.t, 2)));
}

}  // namespace thalweg
