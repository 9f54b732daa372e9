#include "thalweg/descent/judge.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "thalweg/base/text.hpp"

namespace thalweg {
namespace {

constexpr size_t window = 20;

// The records of the last window, oldest first.
std::span<const Record> last_window(const History& history) {
  const std::vector<Record>& records = history.records();
  return std::span(records).last(std::min(records.size(), window));
}

// Above its start and above where the last window began, by more than rounding.
bool rising(const History& history, const Record& last) {
  const std::span<const Record> recent = last_window(history);
  if (history.records().size() < 2 || recent.size() < 2) return false;
  const double below = last.value - 64 * 0x1p-53 * std::abs(last.value);
  return below > history.first().value && below > recent.front().value;
}

// The value still falls, by more than rounding, over the last window.
bool falling(const History& history) {
  const std::span<const Record> recent = last_window(history);
  if (recent.size() < 2) return false;
  const double fall = recent.front().value - recent.back().value;
  return fall > 16 * 0x1p-53 * std::abs(recent.back().value);
}

// What the eigenvalues say where none is negative.
std::string seen(const ExaminedCurvature& curvature) {
  const std::string ends = fmt::format("eigenvalues of the Hessian from {} to {}",
                                       brief(curvature.lowest, 3), brief(curvature.highest, 3));
  return curvature.products == 0
             ? ends + ": no negative curvature"
             : fmt::format(
                   "no negative curvature was found in {} products, {}; one further below "
                   "than {} would be seen with probability 99 %",
                   curvature.products, ends, brief(curvature.unseen, 2));
}

bool at_precision_floor(const Verdict& verdict) {
  return verdict.stop == "precision" ||
         (verdict.stop == "no_progress" &&
          verdict.last.predicted_decrease <= 64 * 0x1p-53 * std::abs(verdict.last.value));
}

}  // namespace

void judge(const History& history, const Evidence& evidence, Verdict& verdict) {
  const Record& last = verdict.last;
  const Certificate& certificate = verdict.certificate;
  auto conclude = [&](Outcome outcome, std::string reason) {
    verdict.outcome = outcome;
    verdict.reason = std::move(reason);
  };
  verdict.curvature_examined = evidence.curvature.examined || evidence.convex;
  const bool stationary =
      last.gradient_norm <= evidence.gradient_tolerance * evidence.first_gradient_norm ||
      last.gradient_norm == 0;

  // What is proved to be near the minimum has not diverged, wherever it started.
  const bool proved = certificate.kind != CertificateKind::none &&
                      certificate.kind != CertificateKind::witness &&
                      certificate.relative() <= verdict.tolerance;
  if (evidence.diverged || !std::isfinite(last.value) || (!proved && rising(history, last)))
    return conclude(
        Outcome::diverged,
        evidence.diverged || !std::isfinite(last.value)
            ? (last.step == 0 ? "the value at the start is not finite"
                              : "the next step leaves the finite numbers; the last good "
                                "point is kept")
            : fmt::format("the value rose from {} at the start to {} and is rising",
                          brief(history.first().value), brief(last.value)));
  if (evidence.infeasible)
    return conclude(Outcome::infeasible, "the constraints have no common point");
  if (certificate.kind == CertificateKind::witness)
    return conclude(Outcome::no_minimizer,
                    "the value falls forever along a direction, so no minimizer exists; a penalty "
                    "(such as --l2 1e-4) gives one");
  if (proved)
    return conclude(Outcome::certified,
                    fmt::format("the value is proved to be within {} of the minimum, relative {}",
                                brief(certificate.bound, 3), brief(certificate.relative(), 3)));
  if (stationary && !evidence.curvature.negative) {
    const std::string curvature = evidence.convex               ? "the objective is convex"
                                  : evidence.curvature.examined ? seen(evidence.curvature)
                                                                : "curvature was not examined";
    return conclude(
        Outcome::stationary,
        fmt::format("the gradient fell to {} of its first norm; {}; no bound was proved"
                    "{}{}",
                    brief(last.gradient_norm / evidence.first_gradient_norm, 2), curvature,
                    certificate.refusal.empty() ? "" : ": ", certificate.refusal));
  }
  if (at_precision_floor(verdict) && !evidence.curvature.negative)
    return conclude(
        Outcome::precision_floor,
        certificate.kind == CertificateKind::none
            ? "no step decreases the value by more than rounding; no bound was proved"
            : fmt::format("no step decreases the value by more than rounding; the value is proved "
                          "to be within relative {} of the minimum",
                          brief(certificate.relative(), 3)));
  if (evidence.curvature.negative || verdict.stop == "no_progress" || verdict.stop == "decrease")
    return conclude(Outcome::stalled,
                    evidence.curvature.negative
                        ? fmt::format("this is a saddle: the slope is gone, but along a direction, "
                                      "which is given, the curvature is {}",
                                      brief(evidence.curvature.along, 3))
                        : fmt::format("the value no longer falls, but the gradient is still {} of "
                                      "its first norm",
                                      brief(last.gradient_norm / evidence.first_gradient_norm, 2)));
  if (falling(history))
    return conclude(
        Outcome::descending,
        fmt::format("the run ended ({}) while the value was still falling", verdict.stop));
  if (history.records().size() > window)
    return conclude(
        Outcome::stalled,
        fmt::format("the value did not fall over the last {} steps, but the gradient "
                    "is still {} of its first norm",
                    window, brief(last.gradient_norm / evidence.first_gradient_norm, 2)));
  conclude(Outcome::undecided, fmt::format("too few steps ({}) to say", last.step));
}

}  // namespace thalweg
