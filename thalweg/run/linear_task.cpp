// A linear model as the road takes it: a table, an exact method, a certificate.
#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "thalweg/base/clock.hpp"
#include "thalweg/base/error.hpp"
#include "thalweg/base/file.hpp"
#include "thalweg/objective/linear.hpp"
#include "thalweg/run/export_design.hpp"
#include "thalweg/run/findings.hpp"
#include "thalweg/run/linear_path.hpp"
#include "thalweg/run/prepared_data.hpp"
#include "thalweg/run/scores.hpp"
#include "thalweg/run/task.hpp"

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
  const long long folds = settings.integer("folds");
  ordered_json each = ordered_json::array();
  each_fold(table, model, settings, [&](long long f, const PreparedData& data) {
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
  });
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

class LinearTask final : public Task {
 public:
  LinearTask(const FitRequest& request, const FitObserver& observer, RunSummary& summary);

  Objective& objective() override { return *objective_; }
  const ChosenMethod& method() const override { return method_; }
  DescendOptions options() const override { return DescendOptions::from(settings_); }
  void start(State& state) const override {
    state.x = objective_->start();
    if (path_) std::copy_n(point().x.begin(), state.x.size(), state.x.begin());
  }
  std::string fingerprint() override { return loaded_.fingerprint.get(); }
  std::string target_fingerprint() const override { return loaded_.target_fingerprint; }
  void describe(ordered_json& run) const override;
  void plan(FitReport& report) override;
  void conclude(const Progress& progress, FitReport& report) override;
  void write(const RunPaths& paths, const FitReport& report) const override;

 private:
  // The one of the path that was chosen.
  const PathPoint& point() const { return path_->path.points[path_->chosen]; }

  const Settings& settings_;
  const FitObserver& observer_;
  Penalty penalty_;
  LoadedData loaded_;
  ChosenModel model_;
  PreparedData data_;
  std::unique_ptr<LinearObjective> objective_;
  ChosenMethod method_;
  std::optional<LinearPath> path_;
};

LinearTask::LinearTask(const FitRequest& request, const FitObserver& observer, RunSummary& summary)
    : settings_(request.settings), observer_(observer), penalty_(penalty_of(settings_)) {
  refuse_options_of_others(settings_, ModelFamily::linear);
  const double began = wall_seconds();
  const bool on_path = settings_.integer("path") > 0;
  for (const char* option : {"path_ratio", "select"})
    if (!on_path && settings_.given(option))
      fail("{}: is of a path; add --path 100",
           option == std::string_view("select") ? "--select" : "--path-ratio");
  if (on_path) penalty_ = path_shape(penalty_, settings_);
  loaded_ = load(request.data, read_options(settings_));
  summary.read = wall_seconds() - began;
  model_ = choose_model(loaded_.table, settings_);
  const Split split = split_rows(loaded_.table, model_, settings_);
  data_ = prepare(loaded_.table, model_, settings_, split.usable, split.training);
  objective_ = std::make_unique<LinearObjective>(samples_of(data_.training, model_, data_.outputs),
                                                 penalty_);
  method_ = choose_method(*objective_, settings_.text("method"));
  summary.model = model_.call;
  summary.method = method_.call;
  summary.prepare = wall_seconds() - began - summary.read;
  if (!settings_.text("export_design").empty())
    export_design(settings_.text("export_design"), data_.training, feature_names(data_.recipe));
}

void LinearTask::describe(ordered_json& run) const {
  const ReadOptions read = read_options(settings_);
  run["read"] = {{"missing", read.missing},
                 {"drop", names_of(loaded_.table, read.drop)},
                 {"categorical", names_of(loaded_.table, read.categorical)},
                 {"no_header", read.no_header},
                 {"target_file", read.target.empty() ? "" : fs::absolute(read.target).string()}};
  run["chosen"] = {{"model", model_.call},
                   {"model_reason", model_.reason},
                   {"method", method_.call},
                   {"method_reason", method_.reason}};
  if (path_) run["chosen"]["l1"] = penalty_.l1, run["chosen"]["l2"] = penalty_.l2;
  run["rows"] = loaded_.table.rows;
  run["training_rows"] = data_.training.rows.size();
  run["features"] = feature_names(data_.recipe).size();
  run["recipe"] = in_words(data_.recipe);
  run["notes"] = data_.recipe.notes;
}

void LinearTask::plan(FitReport& report) {
  report.model_name = model_.row.name;
  report.model_reason = model_.reason;
  report.method = method_.call;
  report.method_reason = method_.reason;
  report.inputs = fmt::format("{} columns as prepared", feature_names(data_.recipe).size());
  report.rows = loaded_.table.rows;
  report.training_rows = data_.training.rows.size();
  report.validation_rows = data_.validation ? data_.validation->rows.size() : 0;
  report.preparation = in_words(data_.recipe);
  report.preparation.insert(report.preparation.end(), data_.recipe.notes.begin(),
                            data_.recipe.notes.end());
  if (settings_.integer("path") > 0) {
    path_ = linear_path(loaded_.table, model_, data_, penalty_, settings_, observer_);
    penalty_ = point().penalty;
    objective_->set_penalty(penalty_);
    report.path = path_json(*path_).dump();
    return;
  }
  if (settings_.integer("folds") > 0)
    report.folds = cross_validate(loaded_.table, model_, settings_, observer_).dump();
}

void LinearTask::conclude(const Progress& progress, FitReport& report) {
  report.model = model_of(model_, penalty_, data_, progress.state.x);
  report.influence = influence(report.model, data_.training.design);
  add_findings(*objective_, progress.state.x, report.model.features, !settings_.flag("no_scale"),
               report.verdict);
  if (data_.validation) report.metrics = scores(report.model, *data_.validation).dump();
}

void LinearTask::write(const RunPaths& paths, const FitReport& report) const {
  write_safetensors(paths.model, to_safetensors(report.model));
  write_certificate(paths.certificate, report.verdict.certificate, data_.training_rows,
                    data_.outputs);
  if (!path_) return;
  write_file(paths.path_table, path_csv(*path_));
  write_safetensors(paths.path, path_file(*path_, report.model.features, data_.outputs));
}

}  // namespace

std::unique_ptr<Task> linear_task(const FitRequest& request, const FitObserver& observer,
                                  RunSummary& summary) {
  return std::make_unique<LinearTask>(request, observer, summary);
}

}  // namespace thalweg
