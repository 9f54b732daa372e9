#include "thalweg/descent/batches.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "thalweg/base/clock.hpp"
#include "thalweg/base/text.hpp"
#include "thalweg/certify/loss_curve.hpp"
#include "thalweg/descent/judge.hpp"
#include "thalweg/objective/inspector.hpp"

namespace thalweg {
namespace {

// Records an epoch, so that what they cost does not grow with its length.
constexpr long long records_per_epoch = 50;

// Steps between looks into the network, of which one costs little more than a step: at least so
// many, and of a long run a fiftieth of what is done, so that it has some hundred of them.
constexpr long long steps_between_looks = 500;

double mean(std::span<const float> v) {
  double sum = 0;
  for (const float x : v) sum += static_cast<double>(x);
  return sum / static_cast<double>(v.size());
}

class Run {
 public:
  Run(Objective& objective, Method& method, const DescendOptions& options, const Observer& observer,
      Progress& run, HeldOut* held_out)
      : objective_(objective),
        method_(method),
        options_(options),
        observer_(observer),
        run_(run),
        held_out_(held_out),
        epoch_(static_cast<long long>(objective.finite_sum()->steps_per_epoch())),
        block_(std::clamp(epoch_ / records_per_epoch, 1LL, 1000LL)),
        wall_start_(wall_seconds() - run.last.seconds),
        cpu_start_(cpu_seconds() - run.last.cpu_seconds),
        point_(objective.size()) {}

  Verdict descend();

 private:
  Record note(const Advance& advance) const;
  void validate();
  bool wants_look() const;
  bool wants_last_look() const;
  void look();
  std::string stop() const;
  void conclude(Verdict& verdict);
  void forecast(const BatchEvidence& evidence, Verdict& verdict) const;

  Objective& objective_;
  Method& method_;
  const DescendOptions& options_;
  const Observer& observer_;
  Progress& run_;
  HeldOut* held_out_;
  const long long epoch_, block_;  // steps; a record each block
  const double wall_start_, cpu_start_;
  Buffer<float> point_;        // [size] as reported
  std::vector<float> losses_;  // [held-out samples] at the last validation
  bool diverged_ = false;
};

Record Run::note(const Advance& advance) const {
  const State& state = run_.state;
  Record record;
  record.step = state.step;
  record.samples = state.samples;
  record.value = state.value;
  record.gradient_norm = advance.gradient_norm;
  record.update_norm = advance.update_norm;
  record.learning_rate = advance.learning_rate;
  record.evaluations = state.evaluations;
  record.epoch = static_cast<double>(state.step) / static_cast<double>(epoch_);
  record.epochs = static_cast<double>(options_.steps) / static_cast<double>(epoch_);
  record.seconds = wall_seconds() - wall_start_;
  record.cpu_seconds = cpu_seconds() - cpu_start_;
  return record;
}

// Judges the reported point on the held-out samples, and keeps it where it is the best so far.
void Run::validate() {
  run_.validated_step = run_.state.step;
  method_.report(objective_, run_.state, point_);
  if (held_out_ != nullptr) {
    losses_.resize(held_out_->samples());
    held_out_->losses(point_, losses_);
    const double value = mean(losses_);
    run_.last.validation_value = value;
    run_.last.validation_accuracy = held_out_->accuracy();
    const bool best = run_.best_step < 0 || value < mean(run_.best_losses);
    if (best && std::isfinite(value)) {
      run_.best_step = run_.state.step;
      run_.best_accuracy = run_.last.validation_accuracy;
      run_.best = point_;
      run_.best_losses = losses_;
    }
    run_.validations.push_back(value);
  }
  method_.observe(run_.state, held_out_ != nullptr ? run_.last.validation_value : run_.state.value);
}

bool Run::wants_look() const {
  if (diverged_ || objective_.finite_sum()->inspector() == nullptr) return false;
  if (run_.inspections.empty()) return true;
  const long long last = run_.inspections.back().step, step = run_.state.step;
  return step >= last + std::max(steps_between_looks, last / 50);
}

// At the end, where the last look is not of just before.
bool Run::wants_last_look() const {
  if (diverged_ || run_.inspections.empty()) return false;
  const long long last = run_.inspections.back().step, since = run_.state.step - last;
  return since >= steps_between_looks / 4 || (last == 0 && since > 0);
}

void Run::look() {
  Inspector& inspector = *objective_.finite_sum()->inspector();
  const Buffer<float>& x = run_.state.x32;
  Inspection found = inspector.inspect(
      x, run_.state.step > 0 ? method_.before() : std::span<const float>(), run_.state.step);
  found.learning_rate = run_.last.learning_rate;
  observer_.inspected(found, inspector, x);
  run_.inspections.push_back(std::move(found));
}

// The rule that ends the run here, or "".
std::string Run::stop() const {
  const State& state = run_.state;
  if (diverged_) return "diverged";
  if (observer_.stop_requested()) return "signal";
  const bool known = held_out_ != nullptr && run_.best_step >= 0;
  if (state.value <= options_.target) return "target";
  if (known && options_.patience > 0 && state.step >= run_.best_step + options_.patience * epoch_)
    return "validation";
  if (state.step >= options_.steps) return "steps";
  if (run_.last.seconds >= options_.seconds) return "seconds";
  return "";
}

Verdict Run::descend() {
  State& state = run_.state;
  if (!run_.started) {
    method_.init(objective_, state);
    run_.last = note({});
    run_.started = true;
    diverged_ = !std::isfinite(state.value);
    if (diverged_ && objective_.finite_sum()->inspector() != nullptr) look();  // to see why
  }
  Verdict verdict;
  verdict.tolerance = options_.tolerance;
  while (true) {
    if (run_.recorded_step != state.step && !diverged_) {
      run_.recorded_step = state.step;
      if (state.step > 0 && state.step % epoch_ == 0) validate();
      run_.history.add(run_.last);
      observer_.record(run_.last);
      if (wants_look()) look();
    }
    verdict.stop = stop();
    if (!verdict.stop.empty()) break;
    observer_.checkpoint(run_);
    const long long steps = std::min(
        {block_ - state.step % block_, epoch_ - state.step % epoch_, options_.steps - state.step});
    const Advance advance = method_.advance(objective_, state, steps);
    run_.last = note(advance);
    run_.peak_learning_rate = std::max(run_.peak_learning_rate, advance.learning_rate);
    diverged_ = advance.diverged;
  }
  verdict.signalled = verdict.stop == "signal";
  verdict.target_met = verdict.stop == "target";
  observer_.ended(run_, verdict.stop);
  // Behind what a resumed run begins with: it looks where the uninterrupted one does.
  if (wants_last_look()) look();
  conclude(verdict);
  return verdict;
}

void Run::conclude(Verdict& verdict) {
  State& state = run_.state;
  BatchEvidence evidence;
  evidence.diverged = diverged_;
  evidence.steps_per_epoch = static_cast<double>(epoch_);
  evidence.learning_rate_share = run_.last.learning_rate / run_.peak_learning_rate;
  if (!diverged_ && state.step > 0 && run_.validated_step != state.step) {
    validate();
  } else if (!diverged_ && losses_.empty()) {
    // Of a run that was resumed where it ends.
    method_.report(objective_, state, point_);
    if (held_out_ != nullptr) {
      losses_.resize(held_out_->samples());
      held_out_->losses(point_, losses_);
    }
  }
  if (run_.best_step >= 0) {
    evidence.best_step = run_.best_step;
    evidence.best_value = mean(run_.best_losses);
    evidence.validations = run_.validations.size();
    if (!losses_.empty()) evidence.later = paired_difference(run_.best_losses, losses_);
    point_ = run_.best;
    run_.last.validation_value = evidence.best_value;
    run_.last.validation_accuracy = run_.best_accuracy;
  } else if (diverged_ || state.step == 0) {
    point_ = state.x32;
  }
  state.x32 = point_;
  verdict.last = run_.last;
  judge(run_.history, evidence, verdict);
  const bool known = run_.best_step >= 0;
  const double since =
      known ? static_cast<double>(state.step - run_.best_step) / static_cast<double>(epoch_)
            : unknown;
  verdict.rules = {
      {"validation", static_cast<double>(options_.patience), since, verdict.stop == "validation"},
      {"target", options_.target, verdict.last.value, verdict.target_met},
      {"steps", static_cast<double>(options_.steps), static_cast<double>(state.step),
       state.step >= options_.steps},
      {"seconds", options_.seconds, verdict.last.seconds,
       verdict.last.seconds >= options_.seconds}};
  verdict.certificate.refusal = "values and gradients are of batches, which prove no bound";
  forecast(evidence, verdict);
}

// By the losses of the second half, where the verdict finds that they still fall.
void Run::forecast(const BatchEvidence& evidence, Verdict& verdict) const {
  if (verdict.target_met) {
    verdict.forecast.steps = verdict.forecast.low = verdict.forecast.high = 0;
    return;
  }
  if (verdict.outcome != Outcome::descending) {
    verdict.forecast.refusal = "the loss of batches does not fall significantly any more";
    return;
  }
  if (annealed(evidence)) {
    verdict.forecast.refusal = fmt::format(
        "the schedule has come down to {} of the largest learning rate; a longer one would go "
        "another way",
        brief(evidence.learning_rate_share, 2));
    return;
  }
  std::vector<double> steps, losses;
  for (const Record& record : run_.history.second_half()) {
    steps.push_back(static_cast<double>(record.step));
    losses.push_back(record.value);
  }
  verdict.forecast = forecast_loss(steps, losses, options_.target);
}

}  // namespace

Verdict descend_on_batches(Objective& objective, Method& method, const DescendOptions& options,
                           const Observer& observer, Progress& run, HeldOut* held_out) {
  return Run(objective, method, options, observer, run, held_out).descend();
}

}  // namespace thalweg
