// A curve as the road takes it: a formula with parameters to be found by least squares.
#include <nlohmann/json.hpp>
#include <optional>

#include "thalweg/base/catalog.hpp"
#include "thalweg/base/clock.hpp"
#include "thalweg/base/error.hpp"
#include "thalweg/model/curve.hpp"
#include "thalweg/run/prepared_data.hpp"
#include "thalweg/run/task.hpp"

namespace thalweg {
namespace {

using nlohmann::ordered_json;

const RobustLossRow& loss_of(const Settings& settings, double& scale, std::string& call) {
  const std::string& asked = settings.text("loss");
  const Call parsed = parse_call(asked == "auto" ? "least_squares" : asked);
  const RobustLossRow& row = find(robust_losses(), "loss", parsed.name);
  const Settings chosen = thalweg::settings(row, "loss", parsed);
  scale = chosen.has("scale") ? chosen.real("scale") : 1;
  call = chosen.call(row.name);
  return row;
}

class CurveTask final : public Task {
 public:
  CurveTask(const FitRequest& request, RunSummary& summary);

  Objective& objective() override { return *objective_; }
  const ChosenMethod& method() const override { return method_; }
  DescendOptions options() const override {
    DescendOptions out = DescendOptions::from(settings_);
    out.polish = out.gradient_tolerance == 0;
    return out;
  }
  void start(State& state) const override {
    state.x = Buffer<double>(curve_.values.size());
    std::copy(curve_.values.begin(), curve_.values.end(), state.x.begin());
  }
  std::string fingerprint() override { return loaded_.fingerprint.get(); }
  void describe(ordered_json& run) const override;
  void plan(FitReport& report) override;
  void conclude(const Progress& progress, FitReport& report) override;
  void write(const RunPaths& paths, const FitReport& report) const override;

 private:
  const Settings& settings_;
  LoadedData loaded_;
  Curve curve_;
  std::vector<size_t> rows_;
  std::string loss_;
  std::optional<TracedFunction> objective_;
  ChosenMethod method_;
};

CurveTask::CurveTask(const FitRequest& request, RunSummary& summary) : settings_(request.settings) {
  refuse_options_of_others(settings_, ModelFamily::curve);
  const double began = wall_seconds();
  loaded_ = load(request.data, read_options(settings_));
  summary.read = wall_seconds() - began;
  const Table& table = loaded_.table;
  if (table.sparse) fail("{}: a formula needs named columns, and this is libsvm", table.source);
  curve_ = Curve::parse(settings_.text("formula"), settings_.text("start"), table);
  const std::string& weights = settings_.text("weights");
  const Column* weight = weights.empty() ? nullptr : &table.columns[table.index(weights)];
  if (weight != nullptr && weight->kind != Column::Kind::number)
    fail("{}: column \"{}\" holds text; weights are numbers", table.source, weight->name);
  rows_ = curve_.usable_rows(table, true, weight);
  if (rows_.empty()) fail("{}: no row holds all that the formula reads", table.source);
  double scale = 1;
  const RobustLossRow& loss = loss_of(settings_, scale, loss_);
  objective_.emplace(curve_.trace(table, rows_, weight, loss, scale));
  method_ = choose_method(*objective_, settings_.text("method"));
  summary.model = fmt::format("curve({})", curve_.formula);
  summary.method = method_.call;
  summary.prepare = wall_seconds() - began - summary.read;
}

void CurveTask::describe(ordered_json& run) const {
  const ReadOptions read = read_options(settings_);
  run["read"] = {{"missing", read.missing},
                 {"drop", names_of(loaded_.table, read.drop)},
                 {"categorical", names_of(loaded_.table, read.categorical)},
                 {"no_header", read.no_header},
                 {"target_file", ""}};
  run["chosen"] = {{"model", "curve"},
                   {"loss", loss_},
                   {"method", method_.call},
                   {"method_reason", method_.reason}};
  run["rows"] = loaded_.table.rows;
  run["training_rows"] = rows_.size();
}

void CurveTask::plan(FitReport& report) {
  report.model_name = curve_.formula;
  report.model_reason = "";
  report.method = method_.call;
  report.method_reason = method_.reason;
  report.inputs = fmt::format("{} parameters of a formula", curve_.parameters.size());
  report.rows = loaded_.table.rows;
  report.training_rows = rows_.size();
  if (loss_ != "least_squares") report.preparation.push_back("loss " + loss_);
  if (rows_.size() < loaded_.table.rows)
    report.preparation.push_back(
        fmt::format("{} of {} rows are left out: a cell that the formula reads is missing, or no "
                    "weight above zero",
                    loaded_.table.rows - rows_.size(), loaded_.table.rows));
}

void CurveTask::conclude(const Progress& progress, FitReport& report) {
  const Buffer<double>& x = progress.state.x;
  curve_.values.assign(x.begin(), x.end());
  report.parameters = curve_.parameters;
  report.estimates = estimate_parameters(*objective_->least_squares(), x);
}

void CurveTask::write(const RunPaths& paths, const FitReport& report) const {
  write_safetensors(paths.model, to_safetensors(curve_));
  std::vector<uint8_t> mask(loaded_.table.rows);
  for (const size_t row : rows_) mask[row] = 1;
  write_certificate(paths.certificate, report.verdict.certificate, mask, 1);
}

}  // namespace

std::unique_ptr<Task> curve_task(const FitRequest& request, RunSummary& summary) {
  return std::make_unique<CurveTask>(request, summary);
}

}  // namespace thalweg
