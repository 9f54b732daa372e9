#include "thalweg/run/fit.hpp"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <optional>

#include "thalweg/base/clock.hpp"
#include "thalweg/base/error.hpp"
#include "thalweg/base/file.hpp"
#include "thalweg/base/parallel.hpp"
#include "thalweg/base/version.hpp"
#include "thalweg/descent/descend.hpp"
#include "thalweg/objective/linear.hpp"
#include "thalweg/run/checkpoint.hpp"
#include "thalweg/run/choose_method.hpp"
#include "thalweg/run/event_log.hpp"
#include "thalweg/run/export_design.hpp"
#include "thalweg/run/findings.hpp"
#include "thalweg/run/prepared_data.hpp"
#include "thalweg/run/run_files.hpp"
#include "thalweg/run/scores.hpp"
#include "thalweg/run/verdict_json.hpp"

namespace thalweg {
namespace {

using nlohmann::ordered_json;
namespace fs = std::filesystem;

Penalty penalty_of(const Settings& settings) {
  Penalty out;
  out.l1 = settings.real("l1");
  out.l2 = settings.real("l2");
  out.lower = settings.real("lower");
  out.upper = settings.real("upper");
  if (!(out.lower <= out.upper))
    fail("--lower {} is above --upper {}: no weight satisfies both", out.lower, out.upper);
  return out;
}

Samples samples_of(const Prepared& data, const ChosenModel& model, size_t outputs) {
  Samples out;
  out.design = &data.design;
  out.target = data.target;
  out.weight = data.weight;
  out.loss = model.loss;
  out.outputs = outputs;
  return out;
}

LinearModel model_of(const ChosenModel& chosen, const Penalty& penalty, const PreparedData& data,
                     std::span<const double> x) {
  LinearModel out;
  out.name = chosen.row.name;
  out.loss = chosen.loss;
  out.penalty = penalty;
  out.outputs = data.outputs;
  out.recipe = data.recipe;
  out.features = feature_names(data.recipe);
  out.parameters.assign(x.begin(), x.end());
  return out;
}

// Cross-validation before the fit on all rows: the scores of each fold, and their means.
ordered_json cross_validate(const Table& table, const ChosenModel& model, const Settings& settings,
                            const FitObserver& observer) {
  const std::vector<int32_t> fold = fold_rows(table, model, settings);
  const long long folds = settings.integer("folds");
  ordered_json each = ordered_json::array();
  for (int32_t f = 0; f < folds; ++f) {
    std::vector<uint8_t> usable(table.rows), training(table.rows);
    for (size_t i = 0; i < table.rows; ++i) {
      usable[i] = fold[i] >= 0;
      training[i] = fold[i] >= 0 && fold[i] != f;
    }
    const PreparedData data = prepare(table, model, settings, usable, training);
    LinearObjective objective(samples_of(data.training, model, data.outputs), penalty_of(settings));
    const ChosenMethod method = choose_method(objective, settings.text("method"));
    Progress progress;
    progress.state.x = objective.start();
    Observer silent;
    silent.stop_requested = observer.stop_requested;
    const std::unique_ptr<Method> steps = method.row->make(method.settings);
    const Verdict verdict =
        descend(objective, *steps, *method.row, DescendOptions::from(settings), silent, progress);
    if (verdict.signalled) fail("stopped by a signal during cross-validation; nothing was written");
    ordered_json score =
        scores(model_of(model, penalty_of(settings), data, progress.state.x), *data.validation);
    score.erase("confusion");
    score["outcome"] = name(verdict.outcome);
    observer.note(fmt::format("fold {} of {}: {}, loss {}", f + 1, folds, name(verdict.outcome),
                              score["loss"].dump()));
    each.push_back(std::move(score));
  }
  ordered_json mean = ordered_json::object();
  for (const auto& [key, value] : each[0].items()) {
    if (!value.is_number() || key == "rows") continue;
    double sum = 0, square = 0;
    bool defined = true;
    for (const auto& score : each) {
      defined = defined && score[key].is_number();
      if (defined)
        sum += score[key].get<double>(),
            square += score[key].get<double>() * score[key].get<double>();
    }
    if (!defined) continue;
    const double count = static_cast<double>(folds), average = sum / count;
    mean[key] = {{"mean", average},
                 {"deviation", std::sqrt(std::max(square / count - average * average, 0.0) * count /
                                         (count - 1))}};
  }
  return {{"each", each}, {"mean", mean}};
}

// By name, so that they are found in other tables too.
std::vector<std::string> names_of(const Table& table, const std::vector<std::string>& columns) {
  std::vector<std::string> names;
  for (const std::string& column : columns)
    names.push_back(table.columns[table.index(column)].name);
  return names;
}

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
  Session(const FitRequest& request, const FitObserver& observer, Earlier* earlier)
      : request_(request),
        settings_(request.settings),
        observer_(observer),
        earlier_(earlier),
        paths_(request.run) {
    if (earlier != nullptr) description_ = earlier->run;
  }

  FitReport run();

 private:
  void describe(const LoadedData& loaded, const ChosenModel& model, const ChosenMethod& method,
                const PreparedData& data);
  void add_fingerprint(const LoadedData& loaded);
  void note_changes(long long step);
  void finish(const LoadedData& loaded, const PreparedData& data, const RunSummary& summary,
              FitReport& report);

  const FitRequest& request_;
  const Settings& settings_;
  const FitObserver& observer_;
  Earlier* earlier_;
  RunPaths paths_;
  ordered_json description_;  // run.json
};

// The digest of large data takes longer than a descent: it is waited for when it is needed, before
// the first checkpoint or at the end.
void Session::add_fingerprint(const LoadedData& loaded) {
  if (!description_["fingerprint"].is_null()) return;
  description_["fingerprint"] = loaded.fingerprint.get();
  write_json(paths_.run, description_);
}

void Session::describe(const LoadedData& loaded, const ChosenModel& model,
                       const ChosenMethod& method, const PreparedData& data) {
  const ReadOptions read = read_options(settings_);
  std::vector<std::string> features = feature_names(data.recipe);
  description_ = {
      {"version", 1},
      {"program", std::string("thalweg ") + version()},
      {"created", unix_seconds()},
      {"data", fs::absolute(request_.data).lexically_normal().string()},
      {"fingerprint", nullptr},
      {"asked", settings_to_json(settings_)},
      {"read",
       {{"missing", read.missing},
        {"drop", names_of(loaded.table, read.drop)},
        {"categorical", names_of(loaded.table, read.categorical)},
        {"no_header", read.no_header},
        {"target_file", read.target.empty() ? "" : fs::absolute(read.target).string()}}},
      {"chosen",
       {{"model", model.call},
        {"model_reason", model.reason},
        {"method", method.call},
        {"method_reason", method.reason}}},
      {"threads", threads()},
      {"rows", loaded.table.rows},
      {"training_rows", data.training.rows.size()},
      {"features", features.size()},
      {"recipe", in_words(data.recipe)},
      {"notes", data.recipe.notes}};
  if (!loaded.target_fingerprint.empty())
    description_["target_fingerprint"] = loaded.target_fingerprint;
  write_json(paths_.run, description_);
}

// In run.json, which tells what was asked of the steps from here on, and before.
void Session::note_changes(long long step) {
  if (earlier_->changed.empty()) return;
  description_["threads"] = threads();
  description_["resumed"].push_back(
      {{"step", step}, {"created", unix_seconds()}, {"changed", earlier_->changed}});
  write_json(paths_.run, description_);
}

FitReport Session::run() {
  set_threads(static_cast<int>(settings_.integer("threads")));
  const double began = wall_seconds();
  const Penalty penalty = penalty_of(settings_);
  const LoadedData loaded = load(request_.data, read_options(settings_));
  if (earlier_ != nullptr) {
    check_same(request_.data, "data", loaded.fingerprint.get(),
               text_of(earlier_->run, "fingerprint", paths_.run));
    if (!loaded.target_fingerprint.empty())
      check_same(settings_.text("target_file"), "targets", loaded.target_fingerprint,
                 text_of(earlier_->run, "target_fingerprint", paths_.run));
  }
  RunSummary summary;
  summary.read = wall_seconds() - began;
  const ChosenModel model = choose_model(loaded.table, settings_);
  const Split split = split_rows(loaded.table, model, settings_);
  const PreparedData data = prepare(loaded.table, model, settings_, split.usable, split.training);
  LinearObjective objective(samples_of(data.training, model, data.outputs), penalty);
  const ChosenMethod method = choose_method(objective, settings_.text("method"));
  summary.model = model.call;
  summary.method = method.call;
  summary.prepare = wall_seconds() - began - summary.read;
  const DescendOptions options = DescendOptions::from(settings_);
  if (!settings_.text("export_design").empty())
    export_design(settings_.text("export_design"), data.training, feature_names(data.recipe));

  FitReport report;
  report.run = request_.run;
  report.model_reason = model.reason;
  report.method = method.call;
  report.method_reason = method.reason;
  report.rows = loaded.table.rows;
  report.training_rows = data.training.rows.size();
  report.validation_rows = data.validation ? data.validation->rows.size() : 0;
  report.preparation = in_words(data.recipe);
  report.preparation.insert(report.preparation.end(), data.recipe.notes.begin(),
                            data.recipe.notes.end());
  if (settings_.integer("folds") > 0)
    report.folds = cross_validate(loaded.table, model, settings_, observer_).dump();

  if (earlier_ != nullptr) {
    remove_unfinished(request_.run);
  } else {
    fs::create_directories(request_.run);
    clear_place(request_.run);
    describe(loaded, model, method, data);
  }
  Progress progress;
  std::optional<EventLog> events;
  if (earlier_ != nullptr && fs::exists(paths_.checkpoint)) {
    size_t offset = 0;
    progress = read_checkpoint(paths_.checkpoint, objective.size(), offset);
    fs::remove(paths_.verdict);
    events.emplace(request_.run, offset, method.call, settings_);
    observer_.note(fmt::format("resumed at step {}", progress.state.step));
  } else {
    if (earlier_ != nullptr) remove_events(request_.run);
    progress.state.x = objective.start();
    events.emplace(request_.run, method.call, settings_);
  }
  if (earlier_ != nullptr) note_changes(progress.state.step);

  double saved = wall_seconds();
  const double every = settings_.real("checkpoint_every");
  Observer loop;
  loop.record = [&](const Record& record) {
    events->write(record);
    observer_.record(record, options.tolerance, record.scale);
  };
  loop.checkpoint = [&](const Progress& now) {
    if (wall_seconds() - saved < every) return;
    add_fingerprint(loaded);
    write_checkpoint(paths_.checkpoint, now, events->sync());
    saved = wall_seconds();
  };
  loop.stop_requested = observer_.stop_requested;
  // A run that its budget or a signal ended can go on later from where it was.
  bool resumable = false;
  loop.ended = [&](const Progress& now, const std::string& stop) {
    resumable = stop == "signal" || stop == "steps" || stop == "seconds";
    if (!resumable) return;
    add_fingerprint(loaded);
    write_checkpoint(paths_.checkpoint, now, events->sync());
  };
  const std::unique_ptr<Method> steps = method.row->make(method.settings);
  const double set_out = wall_seconds();
  report.verdict = descend(objective, *steps, *method.row, options, loop, progress);
  summary.descent = wall_seconds() - set_out;
  report.model = model_of(model, penalty, data, progress.state.x);
  report.influence = influence(report.model, data.training.design);
  add_findings(objective, progress.state.x, report.model.features, !settings_.flag("no_scale"),
               report.verdict);
  if (data.validation) report.metrics = scores(report.model, *data.validation).dump();
  events->end(exit_code(report.verdict) == 0);
  summary.total = wall_seconds() - began;
  finish(loaded, data, summary, report);
  if (!resumable) fs::remove(paths_.checkpoint);
  return report;
}

void Session::finish(const LoadedData& loaded, const PreparedData& data, const RunSummary& summary,
                     FitReport& report) {
  const Verdict& verdict = report.verdict;
  add_fingerprint(loaded);
  write_safetensors(paths_.model, to_safetensors(report.model));
  write_certificate(paths_.certificate, verdict.certificate, data.training_rows, data.outputs);
  ordered_json json = to_json(verdict, summary);
  if (!report.metrics.empty()) json["validation"] = ordered_json::parse(report.metrics);
  if (!report.folds.empty()) json["folds"] = ordered_json::parse(report.folds);
  json["fingerprints"] = {{"data", loaded.fingerprint.get()},
                          {"run.json", sha256_file(paths_.run)},
                          {"model.safetensors", sha256_file(paths_.model)},
                          {"certificate.safetensors", sha256_file(paths_.certificate)}};
  if (!loaded.target_fingerprint.empty())
    json["fingerprints"]["target_file"] = loaded.target_fingerprint;
  report.json = with_digest(std::move(json));
  write_file(paths_.verdict, report.json);
}

// Options that a resumed run may be given anew: none of them changes what is minimized or a step.
bool may_change(const std::string& option) {
  if (option == "threads" || option == "checkpoint_every") return true;
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
  FitRequest request;
  request.data = text_of(json, "data", paths.run);
  request.run = run;
  try {
    settings_from_json(json.at("asked"), request.settings, paths.run.string());
    // As it was from where the run was started.
    if (request.settings.given("target_file"))
      request.settings.set("target_file", json.at("read").at("target_file").get<std::string>());
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
          "resume: {} would make it another run; only the stopping rules, threads and "
          "checkpoint_every may change",
          option.name);
    const std::string before = to_text(request.settings.value(option.name)),
                      now = to_text(settings.value(option.name));
    if (now == before) continue;
    request.settings.set(option.name, now);
    json["asked"][option.name] = now;
    earlier.changed[option.name] = {{"before", before}, {"now", now}};
  }
  // A run that was killed before its data's digest was known has no checkpoint: it starts again.
  const bool known = json.contains("fingerprint") && !json["fingerprint"].is_null();
  return Session(request, observer, known ? &earlier : nullptr).run();
}

}  // namespace thalweg
