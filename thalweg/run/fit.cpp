#include "thalweg/run/fit.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "thalweg/base/clock.hpp"
#include "thalweg/base/error.hpp"
#include "thalweg/base/file.hpp"
#include "thalweg/base/memory_limit.hpp"
#include "thalweg/base/parallel.hpp"
#include "thalweg/base/version.hpp"
#include "thalweg/descent/descend.hpp"
#include "thalweg/run/checkpoint.hpp"
#include "thalweg/run/event_log.hpp"
#include "thalweg/run/run_files.hpp"
#include "thalweg/run/task.hpp"

namespace thalweg {
namespace {

using nlohmann::ordered_json;
namespace fs = std::filesystem;

void check_same(const fs::path& path, std::string_view what, const std::string& found,
                const std::string& wanted) {
  if (found != wanted)
    fail("{}: not the {} of this run: its SHA-256 is {}…, the run's is {}…", path.string(), what,
         found.substr(0, 12), wanted.substr(0, 12));
}

// What resume goes on with: run.json, and the options that it was given anew.
struct Earlier {
  ordered_json run;      // with what is asked now
  ordered_json changed;  // {option: {"before": text, "now": text}}
};

// What fit and resume share: everything after the request is known.
class Session {
 public:
  // `earlier`: null for a new run.
  Session(const FitRequest& request, const FitObserver& observer, const Earlier* earlier)
      : request_(request),
        settings_(request.settings),
        observer_(observer),
        earlier_(earlier),
        paths_(request.run) {
    if (earlier != nullptr) description_ = earlier->run;
  }

  FitReport run();

 private:
  void describe(const Task& task);
  void add_fingerprint(Task& task);
  void check_data(Task& task) const;
  void note_changes(long long step);
  EventLog start(Task& task, Progress& progress);
  void finish(Task& task, const RunSummary& summary, FitReport& report);

  const FitRequest& request_;
  const Settings& settings_;
  const FitObserver& observer_;
  const Earlier* earlier_;
  RunPaths paths_;
  ordered_json description_;  // run.json
};

// The digest of large data takes longer than a descent: it is waited for when it is needed, before
// the first checkpoint or at the end.
void Session::add_fingerprint(Task& task) {
  if (!description_["fingerprint"].is_null()) return;
  description_["fingerprint"] = task.fingerprint();
  write_json(paths_.run, description_);
}

// That a resumed run finds the data that it began with.
void Session::check_data(Task& task) const {
  if (earlier_ == nullptr) return;
  check_same(request_.data, "data", task.fingerprint(),
             text_of(earlier_->run, "fingerprint", paths_.run));
  if (const std::string targets = task.target_fingerprint(); !targets.empty())
    check_same(settings_.text("target_file"), "targets", targets,
               text_of(earlier_->run, "target_fingerprint", paths_.run));
}

// In run.json, which tells what was asked of the steps from here on, and before.
void Session::note_changes(long long step) {
  if (earlier_ == nullptr || earlier_->changed.empty()) return;
  description_["threads"] = threads();
  description_["resumed"].push_back(
      {{"step", step}, {"created", unix_seconds()}, {"changed", earlier_->changed}});
  write_json(paths_.run, description_);
}

void Session::describe(const Task& task) {
  description_ = {{"version", 1},
                  {"program", std::string("thalweg ") + version()},
                  {"created", unix_seconds()},
                  {"data", fs::absolute(request_.data).lexically_normal().string()},
                  {"fingerprint", nullptr},
                  {"asked", settings_to_json(settings_)},
                  {"threads", threads()}};
  task.describe(description_);
  if (const std::string targets = task.target_fingerprint(); !targets.empty())
    description_["target_fingerprint"] = targets;
  write_json(paths_.run, description_);
}

// The place made, and the run at its first step or where its checkpoint left it.
EventLog Session::start(Task& task, Progress& progress) {
  const std::string& method = task.method().call;
  const bool resumed = earlier_ != nullptr;
  if (resumed) {
    remove_unfinished(request_.run);
  } else {
    fs::create_directories(request_.run);
    clear_place(request_.run);
    describe(task);
  }
  if (resumed && fs::exists(paths_.checkpoint)) {
    size_t offset = 0;
    progress = read_checkpoint(paths_.checkpoint, task.objective().size(), offset);
    fs::remove(paths_.verdict);
    observer_.note(fmt::format("resumed at step {}", progress.state.step));
    note_changes(progress.state.step);
    return EventLog(request_.run, offset, method, settings_);
  }
  if (resumed) remove_events(request_.run);
  note_changes(0);
  task.start(progress.state);
  return EventLog(request_.run, method, settings_);
}

FitReport Session::run() {
  set_threads(static_cast<int>(settings_.integer("threads")));
  limit_memory_beside(settings_.text("memory"), request_.run);
  const double began = wall_seconds();
  RunSummary summary;
  const bool curve = !settings_.text("formula").empty();
  const std::unique_ptr<Task> task = curve ? curve_task(request_, summary)
                                     : wants_network(request_)
                                         ? network_task(request_, summary)
                                         : linear_task(request_, observer_, summary);
  check_data(*task);
  const ChosenMethod& method = task->method();
  const DescendOptions options = task->options();
  FitReport report;
  report.run = request_.run;
  task->plan(report);
  Progress progress;
  EventLog events = start(*task, progress);

  double saved = wall_seconds();
  const double every = settings_.real("checkpoint_every");
  const auto save = [&](const Progress& now) {
    add_fingerprint(*task);
    write_checkpoint(paths_.checkpoint, now, events.sync());
    saved = wall_seconds();
  };
  Observer loop;
  loop.record = [&](const Record& record) {
    events.write(record);
    observer_.record(record, options.tolerance, record.scale);
  };
  loop.checkpoint = [&](const Progress& now) {
    if (wall_seconds() - saved >= every) save(now);
  };
  loop.inspected = [&](const Inspection& found, const Inspector& inspector,
                       std::span<const float> x) {
    events.write(found, inspector, task->objective().layout(), x);
  };
  loop.stop_requested = observer_.stop_requested;
  // A run that its budget or a signal ended can go on later from where it was.
  bool resumable = false;
  loop.ended = [&](const Progress& now, const std::string& stop) {
    resumable = stop == "signal" || stop == "steps" || stop == "seconds";
    if (resumable) save(now);
  };
  const std::unique_ptr<Method> steps = method.row->make(method.settings);
  const double set_out = wall_seconds();
  report.verdict =
      descend(task->objective(), *steps, *method.row, options, loop, progress, task->held_out());
  summary.descent = wall_seconds() - set_out;
  task->conclude(progress, report);
  events.end(exit_code(report.verdict) == 0);
  summary.total = wall_seconds() - began;
  finish(*task, summary, report);
  if (!resumable) fs::remove(paths_.checkpoint);
  return report;
}

void Session::finish(Task& task, const RunSummary& summary, FitReport& report) {
  add_fingerprint(task);
  task.write(paths_, report);
  ordered_json json = to_json(report.verdict, summary);
  if (!report.metrics.empty()) json["validation"] = ordered_json::parse(report.metrics);
  if (!report.test_metrics.empty()) json["test"] = ordered_json::parse(report.test_metrics);
  if (!report.parameters.empty()) json["parameters"] = to_json(report.parameters, report.estimates);
  if (!report.folds.empty()) json["folds"] = ordered_json::parse(report.folds);
  if (!report.path.empty()) json["path"] = ordered_json::parse(report.path);
  json["fingerprints"] = {{"data", task.fingerprint()},
                          {"run.json", sha256_file(paths_.run)},
                          {"model.safetensors", sha256_file(paths_.model)},
                          {"certificate.safetensors", sha256_file(paths_.certificate)}};
  if (const std::string targets = task.target_fingerprint(); !targets.empty())
    json["fingerprints"]["target_file"] = targets;
  report.json = with_digest(std::move(json));
  write_file(paths_.verdict, report.json);
}

// Options that a resumed run may be given anew: none of them changes what is minimized or a step.
bool may_change(const std::string& option) {
  for (const char* free : {"threads", "memory", "checkpoint_every"})
    if (option == free) return true;
  const std::vector<Option> stopping = DescendOptions::options();
  return std::any_of(stopping.begin(), stopping.end(),
                     [&](const Option& rule) { return rule.name == option; });
}

}  // namespace

FitReport fit(const FitRequest& request, const FitObserver& observer) {
  check_place(request.run, request.settings.flag("overwrite"));
  return Session(request, observer, nullptr).run();
}

FitReport resume(const fs::path& run, const Settings& settings, const FitObserver& observer) {
  const RunPaths paths(run);
  if (!fs::is_directory(run)) fail("{}: no run directory is there", run.string());
  if (!fs::exists(paths.run)) fail("{}: has no run.json; it is not a run", run.string());
  Earlier earlier{read_json(paths.run), ordered_json::object()};
  ordered_json& json = earlier.run;
  if (fs::exists(paths.verdict) && !fs::exists(paths.checkpoint))
    fail("{}: is finished ({}); nothing is left to resume", run.string(),
         text_of(read_json(paths.verdict), "outcome", paths.verdict));
  // A run that was killed before its data's digest was known has no checkpoint: it starts again.
  const bool known = json.contains("fingerprint") && !json["fingerprint"].is_null();
  FitRequest request;
  request.data = text_of(json, "data", paths.run);
  request.run = run;
  try {
    settings_from_json(json.at("asked"), request.settings, paths.run.string());
    // As it was from where the run was started.
    if (request.settings.given("target_file"))
      request.settings.set("target_file", json.at("read").at("target_file").get<std::string>());
    if (known && request.settings.text("batch") == "auto")
      request.settings.set("batch", fmt::format("{}", json.at("chosen").at("batch").get<size_t>()));
  } catch (const ordered_json::exception&) {
    fail("{}: a part of it is missing; the file is damaged", paths.run.string());
  }
  for (const Option& option : settings.declared()) {
    if (!settings.given(option.name)) continue;
    if (option.name == "seed") {
      const long long seed = request.settings.integer("seed");
      if (settings.integer("seed") != seed)
        fail("{}: was made with --seed {}, not {}; leave --seed out, or fit anew", run.string(),
             seed, settings.integer("seed"));
      continue;
    }
    if (!may_change(option.name))
      fail(
          "resume: {} would make it another run; only the stopping rules, threads, memory "
          "and checkpoint_every may change",
          option.name);
    const std::string before = to_text(request.settings.value(option.name)),
                      now = to_text(settings.value(option.name));
    if (now == before) continue;
    request.settings.set(option.name, now);
    json["asked"][option.name] = now;
    earlier.changed[option.name] = {{"before", before}, {"now", now}};
  }
  return Session(request, observer, known ? &earlier : nullptr).run();
}

}  // namespace thalweg
