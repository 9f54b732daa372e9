#include "thalweg/descent/descend.hpp"

#include <algorithm>
#include <cmath>
#include <memory>

#include "thalweg/base/clock.hpp"
#include "thalweg/certify/certify.hpp"
#include "thalweg/certify/curvature.hpp"
#include "thalweg/certify/rate.hpp"
#include "thalweg/descent/batches.hpp"
#include "thalweg/descent/judge.hpp"
#include "thalweg/optim/vector.hpp"

namespace thalweg {
namespace {

// The gap rule ends a run at a tenth of the tolerance, so that a value agrees with another solver's
// to that; a run that ends otherwise below the whole of it is certified as well.
constexpr double stop_share = 0.1;

constexpr double infinity = std::numeric_limits<double>::infinity();

double subgradient_norm(const Objective& objective, const State& state) {
  const Composite* composite = objective.composite();
  if (composite == nullptr) return norm(state.gradient);
  Buffer<double> least(state.x.size());
  composite->minimal_subgradient(state.x, state.gradient, least);
  return norm(least);
}

// Rounding of the value: below it a decrease cannot be seen.
double value_floor(double value) { return 4 * 0x1p-53 * std::abs(value); }

// Over ten records, which are steps until the history is thinned; NaN where there are fewer.
double relative_decrease(const History& history, double value) {
  const std::vector<Record>& records = history.records();
  if (records.size() <= 10) return unknown;
  const double before = records[records.size() - 11].value;
  return before == value ? 0 : (before - value) / std::abs(before);
}

// Value - final value (plus the proved gap) over the second half of the steps, and gaps where
// known.
void fit(const History& history, const Verdict& verdict, Rate& rate, double& excess) {
  const double gap = verdict.certificate.kind == CertificateKind::fenchel ||
                             verdict.certificate.kind == CertificateKind::self_concordance
                         ? verdict.certificate.bound
                         : 0;
  std::vector<double> steps, excesses;
  const double floor = 64 * value_floor(verdict.last.value);
  for (const Record& record : history.records()) {
    const double above = record.value - verdict.last.value + gap;
    if (!(above > floor)) continue;
    steps.push_back(static_cast<double>(record.step));
    excesses.push_back(above);
  }
  rate.quantity = "excess of the value over its last";
  if (gap == 0) {
    // Without a bound the value at the end is no minimum: the gradient says more.
    rate.quantity = "gradient norm";
    steps.clear(), excesses.clear();
    for (const Record& record : history.records()) {
      if (!(record.gradient_norm > 0)) continue;
      steps.push_back(static_cast<double>(record.step));
      excesses.push_back(record.gradient_norm);
    }
  }
  const size_t half = std::max<size_t>(4, (steps.size() + 1) / 2);
  const size_t from = steps.size() > half ? steps.size() - half : 0;
  const std::string quantity = rate.quantity;
  const double theoretical = rate.theoretical;
  rate = fit_rate(std::span(steps).subspan(from), std::span(excesses).subspan(from));
  rate.quantity = quantity;
  rate.theoretical = quantity == "gradient norm" ? std::sqrt(theoretical) : theoretical;
  excess = excesses.empty() ? unknown : excesses.back();
}

}  // namespace

std::vector<Option> DescendOptions::options() {
  const double inf = infinity;
  return {
      Option::real("tolerance", 1e-9, 0, 1,
                   "relative gap at or below which the run is certified; it stops at a tenth"),
      Option::real("gradient_tolerance", 0, 0, 1,
                   "norm of the gradient over its first at which to stop; 0: 1e-8 where no bound "
                   "can be proved, else off"),
      Option::real("decrease_tolerance", 0, 0, 1,
                   "relative decrease in ten steps at which to stop; 0: off"),
      Option::real("target_value", -inf, -inf, inf, "value at which to stop; -inf: off"),
      Option::integer("steps", 10000, 1, 1000000000,
                      "most steps of the method; of a network as many as the epochs have"),
      Option::integer("patience", 5, 0, 1000000,
                      "epochs without a better validation at which a network's run ends; 0: off"),
      Option::real("seconds", inf, 0, inf, "most seconds"),
  };
}

DescendOptions DescendOptions::from(const Settings& settings) {
  DescendOptions out;
  out.tolerance = settings.real("tolerance");
  out.gradient_tolerance = settings.real("gradient_tolerance");
  out.decrease_tolerance = settings.real("decrease_tolerance");
  out.target = settings.real("target_value");
  out.steps = settings.integer("steps");
  out.patience = settings.integer("patience");
  out.seconds = settings.real("seconds");
  return out;
}

Verdict descend(Objective& objective, Method& method, const MethodRow& row,
                const DescendOptions& options, const Observer& observer, Progress& run,
                HeldOut* held_out) {
  check_needs(row, objective);
  if (row.needs.finite_sum)
    return descend_on_batches(objective, method, options, observer, run, held_out);
  const double wall_start = wall_seconds() - run.last.seconds;
  const double cpu_start = cpu_seconds() - run.last.cpu_seconds;
  const LinearPredictor* linear = objective.linear_predictor();
  std::unique_ptr<const Certifier> certifier;
  if (linear != nullptr) certifier = std::make_unique<Certifier>(*linear);
  State& state = run.state;

  Verdict verdict;
  verdict.tolerance = options.tolerance;
  Evidence evidence;
  evidence.convex = linear != nullptr;
  evidence.gradient_tolerance = options.gradient_tolerance > 0 ? options.gradient_tolerance : 1e-8;

  auto note = [&](const Advance& advance) {
    Record record;
    record.step = state.step;
    record.samples = state.samples;
    record.value = state.value;
    record.gradient_norm = subgradient_norm(objective, state);
    record.update_norm = advance.update_norm;
    record.learning_rate = advance.learning_rate;
    record.step_size = advance.step_size;
    record.predicted_decrease = advance.predicted_decrease;
    record.evaluations = state.evaluations;
    record.progress = advance.progress;
    record.seconds = wall_seconds() - wall_start;
    record.cpu_seconds = cpu_seconds() - cpu_start;
    return record;
  };
  auto certify = [&](double reach) {
    // Where there is no minimizer the point itself runs off along the direction that shows it.
    verdict.certificate =
        certifier->certify(state.x, method.dual(state), state.x, stop_share * options.tolerance,
                           reach, [&](std::span<double> g) { return method.solve_newton(g); });
    run.checked_step = state.step;
    run.checked_norm = run.last.gradient_norm;
  };

  if (!run.started) {
    method.init(objective, state);
    run.last = note({});
    run.first_gradient_norm = run.last.gradient_norm;
    run.started = true;
    evidence.diverged = !std::isfinite(state.value);
  }
  evidence.first_gradient_norm = run.first_gradient_norm;

  double remaining = unknown;
  while (true) {
    const bool still =
        run.last.gradient_norm <= evidence.gradient_tolerance * run.first_gradient_norm;
    if (evidence.diverged) {
      verdict.stop = "diverged";
    } else if (run.recorded_step != state.step) {
      // Whether a certificate is due depends on steps and norms alone, never on time: once a step
      // predicts little of what is left or the gradient is small, then whenever that is ten times
      // smaller or half as many steps again have gone by.
      // Where the method estimates what is left, a bound is due once that could stop the run.
      const double share = run.last.gradient_norm / run.first_gradient_norm;
      const double left = certifier ? std::max(state.value - certifier->base().infimum,
                                               1e-8 * certifier->base().constant)
                                    : unknown;
      const bool hopeless = remaining > stop_share * options.tolerance * left;
      const bool near =
          certifier && !hopeless &&
          (run.last.predicted_decrease <= 1e-3 * (state.value - certifier->base().infimum) ||
           share * share <= 1e4 * options.tolerance || !run.last.progress);
      const bool shrunk = !(run.last.gradient_norm > 0.1 * run.checked_norm);
      const bool due =
          still || (near && (run.checked_step < 0 || shrunk ||
                             state.step >= run.checked_step + run.checked_step / 2 + 10));
      if (certifier && due) {
        certify(1e6);
        const Certificate& certificate = verdict.certificate;
        if (certificate.kind == CertificateKind::witness) verdict.stop = "no_minimizer";
        run.proved = certificate.bound >= 0;
        if (run.proved) {
          run.last.gap = certificate.bound;
          run.last.scale = certificate.scale;
          run.last.lower_bound = certificate.value - certificate.bound;
          if (certificate.relative() <= stop_share * options.tolerance) verdict.stop = "gap";
        }
      }
    }
    if (run.recorded_step != state.step) {
      run.recorded_step = state.step;
      run.history.add(run.last);
      observer.record(run.last);
    }
    if (!verdict.stop.empty()) break;
    if (still && !options.polish && (options.gradient_tolerance > 0 || !run.proved))
      verdict.stop = "gradient";
    if (state.value <= options.target) verdict.stop = "target", verdict.target_met = true;
    if (options.decrease_tolerance > 0 &&
        relative_decrease(run.history, state.value) <= options.decrease_tolerance)
      verdict.stop = "decrease";
    if (!run.last.progress) verdict.stop = "no_progress";
    if (run.at_floor >= (options.polish ? 50 : 5)) verdict.stop = "precision";
    if (state.step >= options.steps) verdict.stop = "steps";
    if (run.last.seconds >= options.seconds) verdict.stop = "seconds";
    if (observer.stop_requested()) verdict.stop = "signal", verdict.signalled = true;
    if (!verdict.stop.empty()) break;

    // Only a step that the run goes beyond is kept: resumed from its last one, a run that a rule
    // has ended would go on.
    observer.checkpoint(run);
    ++state.step;
    const Advance advance = method.advance(objective, state);
    run.last = note(advance);
    remaining = advance.progress ? advance.remaining : unknown;
    evidence.diverged = advance.diverged || !std::isfinite(state.value);
    const bool below = advance.predicted_decrease <= value_floor(state.value);
    run.at_floor = below ? run.at_floor + 1 : 0;
  }

  observer.ended(run, verdict.stop);

  // What the method reports takes the place of x, unless a rule held of x itself.
  const bool held = verdict.stop == "gap" || verdict.stop == "gradient" ||
                    verdict.stop == "target" || verdict.stop == "no_minimizer";
  if (Buffer<double> reported(state.x.size());
      !held && !evidence.diverged && method.report(objective, state, reported)) {
    state.x = std::move(reported);
    state.smooth = evaluate(objective, state, state.x, state.gradient);
    state.value = state.smooth + composite_value(objective, state.x);
    run.last.value = state.value;
    run.last.gradient_norm = subgradient_norm(objective, state);
    evidence.diverged = !std::isfinite(state.value);
  }

  // The last word: the best certificate at the end, whatever it costs.
  if (certifier && verdict.stop != "gap" && verdict.stop != "no_minimizer" && !evidence.diverged)
    certify(infinity);
  verdict.last = run.last;
  const Certificate& certificate = verdict.certificate;
  const bool bounded = certificate.kind == CertificateKind::fenchel ||
                       certificate.kind == CertificateKind::self_concordance;
  if (bounded) {
    std::copy(certificate.point.begin(), certificate.point.end(), state.x.begin());
    state.value = verdict.last.value = certificate.value;
    verdict.last.gap = certificate.bound;
    verdict.last.scale = certificate.scale;
    verdict.last.lower_bound = certificate.value - certificate.bound;
  }
  // Of a linear model nothing is to be found: it is convex.
  if (Curvature* curvature = objective.curvature();
      curvature != nullptr && !linear && !evidence.diverged &&
      verdict.last.gradient_norm <= evidence.gradient_tolerance * run.first_gradient_norm)
    verdict.curvature = evidence.curvature = examine_curvature(*curvature, state.x);
  judge(run.history, evidence, verdict);

  const double measured_gradient =
      verdict.last.gradient_norm == 0 ? 0 : verdict.last.gradient_norm / run.first_gradient_norm;
  const double decrease = relative_decrease(run.history, run.last.value);
  verdict.rules = {
      {"gap", options.tolerance, bounded ? certificate.relative() : unknown,
       bounded && certificate.relative() <= options.tolerance},
      {"gradient", evidence.gradient_tolerance, measured_gradient,
       measured_gradient <= evidence.gradient_tolerance},
      {"decrease", options.decrease_tolerance, decrease,
       options.decrease_tolerance > 0 && decrease <= options.decrease_tolerance},
      {"target", options.target, verdict.last.value, verdict.target_met},
      {"steps", static_cast<double>(options.steps), static_cast<double>(state.step),
       state.step >= options.steps},
      {"seconds", options.seconds, verdict.last.seconds, verdict.last.seconds >= options.seconds}};

  // L costs a sweep or more: asked for only where the method has a rate.
  if (Curvature* curvature = objective.curvature();
      curvature != nullptr && !evidence.diverged && std::isfinite(method.theoretical_rate(1, 1)))
    verdict.rate.theoretical =
        method.theoretical_rate(curvature->smoothness(), curvature->convexity());
  double excess = unknown;
  fit(run.history, verdict, verdict.rate, excess);
  if (verdict.outcome == Outcome::descending || verdict.outcome == Outcome::undecided) {
    const bool by_gap = verdict.rate.quantity != "gradient norm";
    verdict.forecast =
        by_gap
            ? forecast_steps(verdict.rate, certificate.bound, options.tolerance * certificate.scale)
            : forecast_steps(verdict.rate, verdict.last.gradient_norm,
                             evidence.gradient_tolerance * run.first_gradient_norm);
  }
  return verdict;
}

}  // namespace thalweg
