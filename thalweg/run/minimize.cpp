#include "thalweg/run/minimize.hpp"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "thalweg/base/clock.hpp"
#include "thalweg/base/error.hpp"
#include "thalweg/base/parallel.hpp"
#include "thalweg/base/random.hpp"
#include "thalweg/base/text.hpp"
#include "thalweg/descent/descend.hpp"
#include "thalweg/optim/vector.hpp"
#include "thalweg/run/choose_method.hpp"
#include "thalweg/run/verdict_json.hpp"

namespace thalweg {
namespace {

using nlohmann::ordered_json;

double number_in(std::string_view text, std::string_view whole) {
  double out = 0;
  if (!parse_number(text, out) || !std::isfinite(out))
    fail("start: \"{}\" in \"{}\" is not a number; give standard, 10x, or numbers such as 1,2.5",
         text, whole);
  return out;
}

bool same_value(double a, double b) {
  return std::abs(a - b) <= 1e-8 * std::max({std::abs(a), std::abs(b), 1e-2});
}

// Which of the minima that the catalog knows this is.
std::string name_known(const std::vector<FunctionMinimum>& minima, const State& state) {
  for (const FunctionMinimum& minimum : minima) {
    // Figures of the sources have some six digits.
    const double size = std::abs(minimum.value);
    if (!(std::abs(state.value - minimum.value) <= 1e-5 * size + 1e-12)) continue;
    const std::string kind = minimum.global ? "the least value known" : "a known local minimum";
    return fmt::format("{}, {}", kind, brief(minimum.value, 8));
  }
  return "";
}

DescendOptions stopping(const Settings& settings) {
  DescendOptions out;
  out.gradient_tolerance = settings.real("tolerance");
  out.polish = out.gradient_tolerance == 0;
  out.steps = settings.integer("steps");
  out.seconds = settings.real("seconds");
  return out;
}

}  // namespace

std::span<const Option> minimize_options() {
  static const std::vector<Option> options = [] {
    std::vector<Option> out = {
        Option::text("start", "standard",
                     "standard, a factor of it such as 10x, or numbers such as 1,2.5"),
        Option::integer("dimension", 0, 0, 1'000'000,
                        "number of parameters; 0: the function's own"),
        Option::text("method", "auto",
                     "how to minimize: levenberg_marquardt, lbfgs(history_size=20), ..."),
        Option::real(
            "tolerance", 0, 0, 1,
            "norm of the gradient over its first at which to stop; 0: where no step helps"),
        Option::integer("multi_start", 0, 0, 1'000'000,
                        "also from so many points around the start; reports the minima found"),
        Option::integer("seed", 0, 0, 9007199254740992, "of the points of --multi-start"),
    };
    // As of fit.
    for (const Option& option : fit_options())
      if (option.name == "steps" || option.name == "seconds" || option.name == "threads")
        out.push_back(option);
    return out;
  }();
  return options;
}

MinimizeRequest::MinimizeRequest() : settings("minimize", minimize_options()) {}

std::vector<double> parse_start(const FunctionRow& row, size_t dimension, std::string_view text) {
  std::vector<double> out = row.start(dimension);
  if (text == "standard") return out;
  if (text.ends_with('x')) {
    const double factor = number_in(text.substr(0, text.size() - 1), text);
    for (double& c : out) c *= factor;
    return out;
  }
  std::vector<double> given;
  for (const std::string_view part : split(text, ',')) given.push_back(number_in(part, text));
  if (given.size() == 1) given.resize(dimension, given[0]);
  if (given.size() != dimension)
    fail("start: found {} numbers for {} dimensions; give one for each, or one for all",
         given.size(), dimension);
  return given;
}

MinimizeReport minimize(const MinimizeRequest& request, const FitObserver& observer) {
  const double began = wall_seconds();
  const Settings& settings = request.settings;
  set_threads(static_cast<int>(settings.integer("threads")));
  MinimizeReport report;
  report.function = &find(functions(), "minimize", request.function);
  const FunctionRow& row = *report.function;
  const size_t n = checked_dimension(row, static_cast<size_t>(settings.integer("dimension")));
  report.start = parse_start(row, n, settings.text("start"));
  TracedFunction objective(trace_function(row, n));
  const ChosenMethod method = choose_method(objective, settings.text("method"));
  report.method = method.call;
  report.method_reason = method.reason;
  RunSummary summary;
  summary.model = fmt::format("{}(dimension={})", row.name, n);
  summary.method = method.call;
  summary.prepare = wall_seconds() - began;

  const DescendOptions options = stopping(settings);
  const auto run = [&](std::span<const double> start, const Observer& loop, Progress& progress) {
    progress.state.x = Buffer<double>(n);
    std::copy(start.begin(), start.end(), progress.state.x.begin());
    return descend(objective, *method.row->make(method.settings), *method.row, options, loop,
                   progress);
  };
  Observer loop;
  loop.record = [&](const Record& record) { observer.record(record, unknown, unknown); };
  loop.stop_requested = observer.stop_requested;
  Progress best;
  const double set_out = wall_seconds();
  report.verdict = run(report.start, loop, best);

  const auto more = static_cast<size_t>(settings.integer("multi_start"));
  const auto count = [&](const Progress& from, const Verdict& verdict) {
    if (verdict.outcome != Outcome::stationary) return void(++report.failed);
    const Buffer<double>& x = from.state.x;
    for (FoundMinimum& found : report.found)
      if (same_value(found.value, from.state.value) &&
          distance(found.point, x) <= 1e-4 * (1 + norm(x)))
        return void(++found.times);
    report.found.push_back({from.state.value, {x.begin(), x.end()}, 1});
  };
  if (more > 0) count(best, report.verdict);
  Random random(static_cast<uint64_t>(settings.integer("seed")), 0x7374617274);
  Observer silent;
  silent.stop_requested = observer.stop_requested;
  for (size_t k = 0; k < more && !report.verdict.signalled; ++k) {
    std::vector<double> start = report.start;
    for (double& c : start) c += (1 + std::abs(c)) * random.normal();
    Progress progress;
    const Verdict verdict = run(start, silent, progress);
    count(progress, verdict);
    ++report.starts;
    const bool good = exit_code(verdict) == 0, had = exit_code(report.verdict) == 0;
    if (verdict.signalled || (good && (!had || progress.state.value < best.state.value))) {
      report.verdict = verdict;
      best = std::move(progress);
    }
  }
  std::sort(report.found.begin(), report.found.end(),
            [](const FoundMinimum& a, const FoundMinimum& b) { return a.value < b.value; });
  summary.descent = wall_seconds() - set_out;
  summary.total = wall_seconds() - began;
  report.point.assign(best.state.x.begin(), best.state.x.end());
  report.known = name_known(row.minima(n), best.state);

  ordered_json json = to_json(report.verdict, summary);
  json["start"] = report.start;
  json["x"] = report.point;
  json["known"] = report.known;
  if (more > 0) {
    json["starts"] = report.starts;
    json["failed"] = report.failed;
    json["minima"] = ordered_json::array();
    for (const FoundMinimum& found : report.found)
      json["minima"].push_back(
          {{"value", found.value}, {"times", found.times}, {"x", found.point}});
  }
  report.json = json.dump(2) + "\n";
  return report;
}

}  // namespace thalweg
