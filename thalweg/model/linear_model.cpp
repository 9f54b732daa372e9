#include "thalweg/model/linear_model.hpp"

#include <cmath>
#include <nlohmann/json.hpp>

#include "thalweg/base/catalog.hpp"
#include "thalweg/kernel/linear.hpp"
#include "thalweg/kernel/loss/softmax.hpp"
#include "thalweg/objective/row_sample.hpp"

namespace thalweg {
namespace {

using nlohmann::json;
constexpr int version = 1;

json number_or_null(double value) { return std::isfinite(value) ? json(value) : json(nullptr); }

double sigmoid(double z) {
  return z >= 0 ? 1 / (1 + std::exp(-z)) : std::exp(z) / (1 + std::exp(z));
}

}  // namespace

Safetensors to_safetensors(const LinearModel& model) {
  const size_t k = model.outputs, p = model.features.size();
  Safetensors file;
  const std::span<const double> x = model.parameters;
  file.add("weight", k == 1 ? std::vector<size_t>{p} : std::vector<size_t>{k, p}, x.first(k * p));
  file.add("intercept", {k}, x.last(k));
  json about = {{"name", model.name},
                {"loss", loss_row(model.loss.kind).name},
                {"outputs", k},
                {"l1", model.penalty.l1},
                {"l2", model.penalty.l2},
                {"lower", number_or_null(model.penalty.lower)},
                {"upper", number_or_null(model.penalty.upper)}};
  if (model.loss.kind == LossKind::huber) about["delta"] = model.loss.delta;
  if (model.loss.kind == LossKind::quantile) {
    about["level"] = model.loss.level;
    about["smoothing"] = model.loss.smoothing;
  }
  file.metadata = {{"format", "thalweg"},
                   {"version", std::to_string(version)},
                   {"model", about.dump()},
                   {"recipe", to_json(model.recipe)},
                   {"features", json(model.features).dump()}};
  return file;
}

LinearModel model_from_safetensors(const Safetensors& file, const std::string& source) {
  if (const auto format = file.metadata.find("format");
      format == file.metadata.end() || format->second != "thalweg")
    fail("{}: not a model of this program; give the run directory that fit made", source);
  long long made_by = 0;
  if (!parse_integer(file.text("version"), made_by) || made_by < 1)
    fail("{}: its version \"{}\" is not a number", source, file.text("version").substr(0, 20));
  if (made_by > version)
    fail("{}: made by a newer version (format {}, this program reads {}); update thalweg", source,
         made_by, version);
  LinearModel model;
  try {
    const json about = json::parse(file.text("model"));
    model.name = about.at("name").get<std::string>();
    const ModelRow& row = find(models(), source + ": model", model.name);
    model.loss.kind = row.loss;
    model.outputs = about.at("outputs").get<size_t>();
    model.penalty.l1 = about.at("l1").get<double>();
    model.penalty.l2 = about.at("l2").get<double>();
    if (!about.at("lower").is_null()) model.penalty.lower = about["lower"].get<double>();
    if (!about.at("upper").is_null()) model.penalty.upper = about["upper"].get<double>();
    if (row.loss == LossKind::huber) model.loss.delta = about.at("delta").get<double>();
    if (row.loss == LossKind::quantile) {
      model.loss.level = about.at("level").get<double>();
      model.loss.smoothing = about.at("smoothing").get<double>();
    }
    model.features = json::parse(file.text("features")).get<std::vector<std::string>>();
  } catch (const json::exception& error) {
    fail("{}: its description of the model is damaged: {}", source,
         std::string_view(error.what()).substr(0, 100));
  }
  model.recipe = recipe_from_json(file.text("recipe"), source);
  if (feature_names(model.recipe) != model.features)
    fail("{}: its features are not those of its recipe; the file is damaged", source);
  const std::vector<double> weight = file.numbers("weight"), intercept = file.numbers("intercept");
  const bool classes = model.loss.kind == LossKind::softmax;
  const TargetKind target = loss_row(model.loss.kind).target;
  if (model.recipe.target.labeled != (classes || target == TargetKind::binary) ||
      (target == TargetKind::binary && model.recipe.target.labels.size() != 2))
    fail("{}: {} labels do not suit model {}; the file is damaged", source,
         model.recipe.target.labels.size(), model.name);
  if (model.outputs < 1 || (!classes && model.outputs != 1) ||
      (classes && model.outputs != model.recipe.target.labels.size()) ||
      intercept.size() != model.outputs || weight.size() / model.outputs != model.features.size() ||
      weight.size() % model.outputs != 0)
    fail("{}: {} weights and {} intercepts for {} features and {} outputs; the file is damaged",
         source, weight.size(), intercept.size(), model.features.size(), model.outputs);
  model.parameters = weight;
  model.parameters.insert(model.parameters.end(), intercept.begin(), intercept.end());
  return model;
}

Predictions predict(const LinearModel& model, const Design& design) {
  const size_t n = rows(design), k = model.outputs;
  Predictions out;
  out.scores.resize(n * k);
  predict(design, k, model.parameters, out.scores);
  out.values.resize(n);
  const Link link = find(models(), "model", model.name).link;
  if (link == Link::probability || link == Link::probabilities)
    out.probabilities.resize(n * std::max<size_t>(k, 2));
  for (size_t i = 0; i < n; ++i) {
    const std::span<const double> z = std::span(out.scores).subspan(i * k, k);
    switch (link) {
      case Link::identity:
        out.values[i] = z[0];
        break;
      case Link::exponential:
        out.values[i] = std::exp(z[0]);
        break;
      case Link::margin:
        out.values[i] = z[0] > 0 ? 1 : 0;
        break;
      case Link::probability:
        out.probabilities[2 * i] = sigmoid(-z[0]);
        out.probabilities[2 * i + 1] = sigmoid(z[0]);
        out.values[i] = z[0] > 0 ? 1 : 0;
        break;
      case Link::probabilities:
        softmax_probabilities(z, std::span(out.probabilities).subspan(i * k, k));
        out.values[i] = static_cast<double>(std::max_element(z.begin(), z.end()) - z.begin());
        break;
    }
  }
  return out;
}

std::vector<double> influence(const LinearModel& model, const Design& design) {
  constexpr size_t enough = 5000;
  const size_t n = rows(design), p = columns(design);
  Samples samples;
  samples.design = &design;
  if (n > 2 * enough) return influence(model, *RowSample(samples, enough).samples().design);
  samples.total_weight = static_cast<double>(n);
  std::vector<double> sums(p + 1), squares(p + 1), ones(n, 1.0);
  combine(design, 1, ones, sums);
  column_squares(samples, squares);
  std::vector<double> out(p);
  for (size_t j = 0; j < p; ++j) {
    const double mean = sums[j] / samples.total_weight;
    const double deviation = std::sqrt(std::max(squares[j] - mean * mean, 0.0));
    for (size_t c = 0; c < model.outputs; ++c)
      out[j] = std::max(out[j], std::abs(model.parameters[c * p + j]) * deviation);
  }
  return out;
}

}  // namespace thalweg
