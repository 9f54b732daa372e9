// A network as the road takes it: images or a table, batches, a chain of transforms.
#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "thalweg/base/clock.hpp"
#include "thalweg/base/error.hpp"
#include "thalweg/base/file.hpp"
#include "thalweg/data/image_data.hpp"
#include "thalweg/model/network_model.hpp"
#include "thalweg/monitor/detector/detector.hpp"
#include "thalweg/objective/sampled.hpp"
#include "thalweg/optim/method/sampled_first_order.hpp"
#include "thalweg/run/base_loss.hpp"
#include "thalweg/run/choose_batch.hpp"
#include "thalweg/run/network_data.hpp"
#include "thalweg/run/network_scores.hpp"
#include "thalweg/run/prepared_data.hpp"
#include "thalweg/run/remedy.hpp"
#include "thalweg/run/task.hpp"

namespace thalweg {
namespace {

using nlohmann::ordered_json;
namespace fs = std::filesystem;

// Options of batches and of chains, which a method on all samples would pass over, and the other way.
constexpr const char* batches_only[] = {"epochs", "batch", "accumulate", "shift",
                                        "flip",   "group", "schedule",   "patience"};
constexpr const char* exact_only[] = {"gradient_tolerance", "decrease_tolerance"};

void refuse(const Settings& settings, std::span<const char* const> options, const char* of) {
  for (const char* option : options)
    if (settings.given(option))
      fail("--{}: is of {}; leave it out, or choose one of those", option, of);
}

// Whether the method looks at all samples at every step.
bool is_exact(const std::string& method) {
  const std::string_view name = trim(std::string_view(method).substr(0, method.find('(')));
  return std::any_of(methods().begin(), methods().end(),
                     [&](const MethodRow& row) { return row.name == name; });
}

// `balanced`: inversely to how often each label occurs, their mean over the samples 1.
std::vector<double> class_weights(const std::string& asked, const NetworkData& data) {
  std::vector<double> out;
  if (asked.empty()) return out;
  const size_t classes = data.labels.size();
  if (classes == 0) fail("class_weights: the target is numbers, which have no classes");
  if (asked == "balanced") {
    out.assign(classes, 0.0);
    for (const double label : data.training.targets()) out[static_cast<size_t>(label)] += 1;
    const double each =
        static_cast<double>(data.training.rows.size()) / static_cast<double>(classes);
    for (double& w : out) w = w > 0 ? each / w : 1;
    return out;
  }
  for (std::string_view part : split(asked, ',')) {
    double weight = 0;
    if (!parse_number(part, weight) || !(weight >= 0) || !std::isfinite(weight))
      fail("class_weights: \"{}\" is neither balanced nor numbers such as 1,2.5",
           asked.substr(0, 80));
    out.push_back(weight);
  }
  if (out.size() != classes)
    fail("class_weights: {} numbers for {} labels ({})", out.size(), classes,
         join(data.labels, ", ").substr(0, 200));
  return out;
}

// The chain with schedule and groups as asked for, its schedule as long as the run.
Chain chain_of(const Settings& settings, const std::string& method, const std::string& schedule,
               long long steps) {
  std::string text = method;
  if (!schedule.empty()) text += " + " + schedule;
  for (const std::string& group : settings.texts("group")) text += " + group(" + group + ")";
  Chain chain = parse_chain(text);
  Settings timing = chain.schedule.settings();
  if (timing.has("steps") && !timing.given("steps")) {
    timing.set("steps", fmt::format("{}", steps));
    chain.schedule = Schedule(chain.schedule.row(), timing);
  }
  return chain;
}

struct Named {
  std::string call, description, reason;
};

Named choose_network(const Settings& settings, const NetworkData& data, size_t outputs) {
  Call call = parse_call(settings.text("model"));
  Named out;
  if (call.name == "auto") {
    call.name = "cnn";
    out.reason = "the data are images";
  }
  const NetworkRow& row = find(networks(), "model", call.name);
  if (row.name == "cnn" && !data.images())
    fail("model cnn: is for images, the data are a table; use --model mlp");
  const Settings chosen = thalweg::settings(row, "model", call);
  out.call = chosen.call(row.name);
  out.description = row.describe(chosen, data.training.samples.shape, outputs);
  return out;
}

class NetworkTask final : public Task {
 public:
  NetworkTask(const FitRequest& request, RunSummary& summary);

  Objective& objective() override { return *objective_; }
  const ChosenMethod& method() const override { return method_; }
  HeldOut* held_out() override { return held_out_.get(); }
  DescendOptions options() const override;
  void start(State& state) const override;
  std::string fingerprint() override { return data_.fingerprint.get(); }
  std::string target_fingerprint() const override { return data_.target_fingerprint; }
  void describe(ordered_json& run) const override;
  void plan(FitReport& report) override;
  void conclude(const Progress& progress, FitReport& report) override;
  void write(const RunPaths& paths, const FitReport& report) const override;

 private:
  void choose();
  void diagnose(const Progress& progress, Verdict& verdict) const;
  uint64_t seed() const { return static_cast<uint64_t>(settings_.integer("seed")); }
  long long steps() const;

  const Settings& settings_;
  bool exact_;
  NetworkData data_;
  ChosenLoss loss_;
  Named named_;
  TracedLoss traced_;
  BatchOptions batches_;
  BatchChoice chosen_batch_;
  std::unique_ptr<Network> network_;
  std::unique_ptr<SampledObjective> objective_;
  std::unique_ptr<HeldOutSamples> held_out_;
  ChosenMethod method_;
  NetworkModel model_;
};

NetworkTask::NetworkTask(const FitRequest& request, RunSummary& summary)
    : settings_(request.settings), exact_(is_exact(settings_.text("method"))) {
  refuse_options_of_others(settings_, ModelFamily::network);
  if (exact_)
    refuse(settings_, batches_only, "methods on batches");
  else
    refuse(settings_, exact_only, "methods on all samples, such as lbfgs");
  const double began = wall_seconds();
  data_ = load_network_data(request);
  summary.read = wall_seconds() - began;
  loss_ = choose_loss(settings_.text("loss"), data_.labels);
  named_ = choose_network(settings_, data_, outputs_of(loss_, data_.labels));
  network_ = std::make_unique<Network>(named_.description, data_.training.samples.shape);
  if (network_->output() != Shape{outputs_of(loss_, data_.labels)})
    fail("network: gives {} a sample, loss {} needs [{}]", to_text(network_->output()), loss_.call,
         outputs_of(loss_, data_.labels));

  traced_.model = network_->traced();
  traced_.loss = loss_.row;
  traced_.loss_settings = loss_.settings;
  traced_.class_weights = class_weights(settings_.text("class_weights"), data_);
  traced_.l1 = settings_.real("l1");
  traced_.l2 = settings_.real("l2");
  traced_.weighted = !data_.training.samples.weights.empty();
  if (!traced_.class_weights.empty() && loss_.row->target != LossTarget::labels)
    fail("class_weights: loss {} takes none; use cross_entropy", loss_.call);

  batches_.seed = seed();
  if (data_.images() && !exact_) {
    batches_.augmentation.shift = static_cast<int>(settings_.integer("shift"));
    batches_.augmentation.flip = settings_.flag("flip");
  } else if (settings_.given("shift") || settings_.flag("flip")) {
    fail("--shift and --flip are of images, the data are a table");
  }
  CompileOptions compile;
  const auto suited = [&](const SampleSet& samples) {
    return suited_to(loss_, samples, data_.target_center, data_.target_scale);
  };
  if (settings_.text("precision") == "bfloat16") compile.precision = Precision::bfloat16;
  const SampleSet samples = suited(data_.training.samples);
  chosen_batch_ = choose_batch(settings_.text("batch"), data_.training.rows.size(), [&] {
    State state;
    start(state);
    const std::string method = settings_.text("method");
    return measure_noise(traced_, samples, data_.training.rows, batches_, compile,
                         chain_of(settings_, method == "auto" ? usual_chain : method, "", 1),
                         state);
  });
  batches_.batch = chosen_batch_.batch;
  objective_ =
      std::make_unique<SampledObjective>(traced_, samples, data_.training.rows, batches_, compile,
                                         static_cast<size_t>(settings_.integer("accumulate")));
  if (data_.validation)
    held_out_ = std::make_unique<HeldOutSamples>(traced_, suited(data_.validation->samples),
                                                 data_.validation->rows, compile);

  choose();
  summary.model = named_.call;
  summary.method = method_.call;
  summary.prepare = wall_seconds() - began - summary.read;
}

// The method, as asked for or by default.
void NetworkTask::choose() {
  if (exact_) {
    bool moves = traced_.model.drawn;
    for (const TensorPlace& tensor : network_->layout().tensors()) moves = moves || !tensor.trained;
    if (moves)
      fail(
          "method {}: needs a value that stays as it is, dropout and batch_norm change it; leave "
          "them out, such as with --dropout 0",
          settings_.text("method"));
    method_ = choose_method(*objective_, settings_.text("method"));
    return;
  }
  const std::string asked = settings_.text("method"), schedule = settings_.text("schedule");
  const bool chosen = asked == "auto";
  const Chain chain = chain_of(settings_, chosen ? usual_chain : asked,
                               schedule != "auto" ? schedule
                               : chosen           ? usual_schedule
                                                  : "",
                               steps());
  method_.row = &sampled_first_order_row();
  method_.settings = Settings("method sampled_first_order", method_.row->options);
  method_.settings.set("chain", chain.text());
  method_.call = chain.text();
  method_.reason = chosen ? "suits most networks" : "";
}

long long NetworkTask::steps() const {
  FiniteSum* sum = static_cast<Objective&>(*objective_).finite_sum();
  return settings_.integer("epochs") * static_cast<long long>(sum->steps_per_epoch());
}

DescendOptions NetworkTask::options() const {
  DescendOptions out = DescendOptions::from(settings_);
  if (!exact_ && !settings_.given("steps")) out.steps = steps();
  return out;
}

void NetworkTask::start(State& state) const {
  state.x32 = network_->start(seed());
  BatchOptions first;
  first.use = BatchUse::evaluation;
  first.batch = std::min<size_t>(256, data_.training.rows.size());
  first.ahead = 0;
  Batches batches(data_.training.samples, data_.training.rows, first);
  network_->scale_by_data(state.x32, std::span<const float>(batches.next().inputs)
                                         .first(first.batch * data_.training.samples.features()));
  if (!exact_) return;
  state.x = Buffer<double>(state.x32.size());
  std::copy(state.x32.begin(), state.x32.end(), state.x.begin());
  state.x32 = {};
}

void NetworkTask::describe(ordered_json& run) const {
  const ReadOptions read = read_options(settings_);
  run["read"] = {{"missing", read.missing},
                 {"drop", data_.drop},
                 {"categorical", data_.categorical},
                 {"no_header", read.no_header},
                 {"target_file", read.target.empty() ? "" : fs::absolute(read.target).string()}};
  run["chosen"] = {{"model", named_.call},
                   {"model_reason", named_.reason},
                   {"network", named_.description},
                   {"loss", loss_.call},
                   {"method", method_.call},
                   {"method_reason", method_.reason},
                   {"batch", batches_.batch},
                   {"accumulate", settings_.integer("accumulate")},
                   {"shift", batches_.augmentation.shift}};
  if (!chosen_batch_.reason.empty()) {
    run["chosen"]["batch_reason"] = chosen_batch_.reason;
    run["chosen"]["noise_scale"] = chosen_batch_.noise_scale;
  }
  run["rows"] = data_.rows;
  run["training_rows"] = data_.training.rows.size();
  run["features"] = data_.training.samples.features();
  run["parameters"] = network_->layout().size();
  run["recipe"] = data_.images()
                      ? std::vector<std::string>{in_words(std::get<ImageRecipe>(data_.recipe))}
                      : in_words(std::get<Recipe>(data_.recipe));
}

void NetworkTask::plan(FitReport& report) {
  report.model_name = named_.call;
  report.model_reason = named_.reason;
  report.method = method_.call;
  report.method_reason = method_.reason;
  report.rows = data_.rows;
  report.training_rows = data_.training.rows.size();
  report.validation_rows = data_.validation ? data_.validation->rows.size() : 0;
  report.test_rows = data_.test ? data_.test->rows.size() : 0;
  report.inputs = fmt::format("{} numbers each", data_.training.samples.features());
  if (data_.images())
    report.preparation = {in_words(std::get<ImageRecipe>(data_.recipe))};
  else
    report.preparation = in_words(std::get<Recipe>(data_.recipe));
  report.preparation.push_back(
      fmt::format("network: {} ({} parameters)", network_->text(), network_->layout().size()));
  if (exact_) {
    report.preparation.push_back(fmt::format("loss {}, over all rows at every step", loss_.call));
    return;
  }
  const long long accumulate = settings_.integer("accumulate");
  report.preparation.push_back(
      fmt::format("loss {}, {}batches of {}, {} steps an epoch", loss_.call,
                  accumulate > 1 ? fmt::format("a step of {} ", accumulate) : "", batches_.batch,
                  steps() / settings_.integer("epochs")));
  if (!chosen_batch_.reason.empty())
    report.preparation.push_back(fmt::format("batch {}: {}", batches_.batch, chosen_batch_.reason));
}

// What the detectors find in a run on batches.
void NetworkTask::diagnose(const Progress& progress, Verdict& verdict) const {
  if (exact_) return;
  Watched run;
  // Of a start that is not finite there is no record but the last.
  run.records = progress.history.records();
  if (run.records.empty()) run.records = std::span(&progress.last, 1);
  run.inspections = progress.inspections;
  run.validations = progress.validations;
  run.steps_per_epoch = static_cast<double>(steps() / settings_.integer("epochs"));
  run.base = base_loss(loss_, data_, data_.training, traced_.class_weights);
  if (data_.validation)
    run.validation_base = base_loss(loss_, data_, *data_.validation, traced_.class_weights);
  run.learning_rate = parse_chain(method_.call).learning_rate;
  run.last_learning_rate = verdict.last.learning_rate;
  run.outcome = verdict.outcome;
  if (const auto* table = std::get_if<Recipe>(&data_.recipe)) run.features = feature_names(*table);
  for (Finding& found : findings(run)) {
    settle_edits(found, settings_, named_.call);
    verdict.findings.push_back(std::move(found));
  }
}

void NetworkTask::conclude(const Progress& progress, FitReport& report) {
  diagnose(progress, report.verdict);
  model_.name = named_.call;
  model_.network = network_->text();
  model_.sample = network_->sample();
  model_.loss = loss_.call;
  model_.recipe = data_.recipe;
  model_.target_center = data_.target_center;
  model_.target_scale = data_.target_scale;
  model_.parameters = progress.state.x32;
  if (exact_) {
    model_.parameters = Buffer<float>(progress.state.x.size());
    for (size_t i = 0; i < model_.parameters.size(); ++i)
      model_.parameters[i] = static_cast<float>(progress.state.x[i]);
  }
  if (report.verdict.outcome == Outcome::diverged) return;
  if (data_.validation) report.metrics = scores(model_, *data_.validation).dump();
  if (data_.test) report.test_metrics = scores(model_, *data_.test).dump();
}

void NetworkTask::write(const RunPaths& paths, const FitReport& report) const {
  write_safetensors(paths.model, to_safetensors(model_));
  write_certificate(paths.certificate, report.verdict.certificate, data_.training_rows, 1);
}

}  // namespace

std::unique_ptr<Task> network_task(const FitRequest& request, RunSummary& summary) {
  return std::make_unique<NetworkTask>(request, summary);
}

bool wants_network(const FitRequest& request) {
  const std::string name = parse_call(request.settings.text("model")).name;
  if (name == "auto") return looks_like_images(request.data);
  for (const NetworkRow& row : networks())
    if (row.name == name) return true;
  return false;
}

}  // namespace thalweg
