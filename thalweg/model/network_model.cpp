#include "thalweg/model/network_model.hpp"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "thalweg/base/catalog.hpp"
#include "thalweg/kernel/loss/softmax.hpp"
#include "thalweg/objective/sampled.hpp"

namespace thalweg {
namespace {

using nlohmann::json;
constexpr int version = 1;

json about(const Safetensors& file, const std::string& source) {
  if (const auto format = file.metadata.find("format");
      format == file.metadata.end() || format->second != "thalweg")
    fail("{}: not a model of this program; give the run directory that fit made", source);
  json out = json::parse(file.text("model"), nullptr, false);
  if (!out.is_object()) fail("{}: its description of the model is damaged", source);
  return out;
}

}  // namespace

const std::vector<std::string>& NetworkModel::labels() const {
  if (const auto* images = std::get_if<ImageRecipe>(&recipe)) return images->classes;
  return std::get<Recipe>(recipe).target.labels;
}

Safetensors to_safetensors(const NetworkModel& model) {
  Safetensors file;
  const Network network(model.network, model.sample);
  for (const TensorPlace& tensor : network.layout().tensors())
    file.add(tensor.name, tensor.shape,
             std::span<const float>(model.parameters).subspan(tensor.offset, tensor.size));
  const json description = {{"name", model.name},
                            {"network", model.network},
                            {"sample", model.sample},
                            {"loss", model.loss},
                            {"target_center", model.target_center},
                            {"target_scale", model.target_scale}};
  file.metadata = {
      {"format", "thalweg"},
      {"version", std::to_string(version)},
      {"model", description.dump()},
      {"recipe", std::visit([](const auto& recipe) { return to_json(recipe); }, model.recipe)}};
  return file;
}

bool holds_network(const Safetensors& file, const std::string& source) {
  return about(file, source).contains("network");
}

NetworkModel network_from_safetensors(const Safetensors& file, const std::string& source) {
  const json description = about(file, source);
  long long made_by = 0;
  if (!parse_integer(file.text("version"), made_by) || made_by < 1)
    fail("{}: its version \"{}\" is not a number", source, file.text("version").substr(0, 20));
  if (made_by > version)
    fail("{}: made by a newer version (format {}, this program reads {}); update thalweg", source,
         made_by, version);
  NetworkModel model;
  try {
    model.name = description.at("name").get<std::string>();
    model.network = description.at("network").get<std::string>();
    model.sample = description.at("sample").get<Shape>();
    model.loss = description.at("loss").get<std::string>();
    model.target_center = description.at("target_center").get<double>();
    model.target_scale = description.at("target_scale").get<double>();
  } catch (const json::exception& error) {
    fail("{}: its description of the model is damaged: {}", source,
         std::string_view(error.what()).substr(0, 100));
  }
  const std::string& recipe = file.text("recipe");
  size_t inputs = 0;
  if (recipe_kind(recipe, source) == "images") {
    const ImageRecipe images = image_recipe_from_json(recipe, source);
    inputs = images.channels * images.height * images.width;
    model.recipe = images;
  } else {
    model.recipe = recipe_from_json(recipe, source);
    inputs = feature_names(std::get<Recipe>(model.recipe)).size();
  }
  size_t stored = 0;
  for (const StoredTensor& tensor : file.tensors) stored += tensor.bytes.size();
  if (element_count(model.sample) != inputs)
    fail("{}: the network takes {} numbers, the recipe makes {}; the file is damaged", source,
         element_count(model.sample), inputs);
  const Network network(model.network, model.sample);
  if (network.layout().size() > stored)
    fail("{}: the network has {} parameters, the file fewer; it is damaged", source,
         network.layout().size());
  model.parameters = Buffer<float>(network.layout().size());
  for (const TensorPlace& tensor : network.layout().tensors()) {
    if (file[tensor.name].shape != tensor.shape)
      fail("{}: \"{}\" has shape {}, the network {}; the file is damaged", source, tensor.name,
           to_text(file[tensor.name].shape), to_text(tensor.shape));
    const std::vector<double> values = file.numbers(tensor.name);
    for (size_t i = 0; i < tensor.size; ++i)
      model.parameters[tensor.offset + i] = static_cast<float>(values[i]);
  }
  const ChosenLoss loss = choose_loss(model.loss, model.labels());
  if (network.output() != Shape{outputs_of(loss, model.labels())})
    fail("{}: the network has outputs {}, its loss and labels ask for {}; the file is damaged",
         source, to_text(network.output()), outputs_of(loss, model.labels()));
  return model;
}

ChosenLoss choose_loss(const std::string& asked, const std::vector<std::string>& labels) {
  Call call = parse_call(asked);
  if (call.name == "auto") call.name = labels.empty() ? "squared" : "cross_entropy";
  const TracedLossRow& row = find(traced_losses(), "loss", call.name);
  const Settings chosen = settings(row, "loss", call);
  if (!is_of_data(row))
    fail("loss {}: needs targets that a table or images do not hold; use cross_entropy", row.name);
  if (row.target == LossTarget::numbers && !labels.empty())
    fail("loss {}: is of numbers, the target has labels; use cross_entropy", row.name);
  if (row.target != LossTarget::numbers && labels.empty())
    fail("loss {}: is of labels, the target is numbers; use squared or huber", row.name);
  if (row.target == LossTarget::flags && labels.size() != 2)
    fail("loss {}: is of two labels, the target has {}; use cross_entropy", row.name,
         labels.size());
  return {&row, chosen, chosen.call(row.name)};
}

size_t outputs_of(const ChosenLoss& loss, const std::vector<std::string>& labels) {
  return loss.row->target == LossTarget::labels ? labels.size() : 1;
}

Predictions predict(const NetworkModel& model, const SampleSet& samples,
                    const std::vector<uint32_t>& rows) {
  const Network network(model.network, model.sample);
  return predictions_of(model, predict(network.traced(), samples, rows, model.parameters),
                        rows.size());
}

Predictions predictions_of(const NetworkModel& model, std::span<const float> z, size_t n) {
  const size_t k = n == 0 ? 1 : z.size() / n;
  const size_t labels = model.labels().size();
  const ChosenLoss loss = choose_loss(model.loss, model.labels());
  Predictions out;
  out.scores.assign(z.begin(), z.end());
  out.values.resize(n);
  if (labels == 0) {
    for (size_t i = 0; i < n; ++i)
      out.values[i] = out.scores[i] = out.scores[i] * model.target_scale + model.target_center;
    return out;
  }
  if (k == 1) {
    const bool probable = loss.row->name == "binary_cross_entropy";
    if (probable) out.probabilities.resize(2 * n);
    for (size_t i = 0; i < n; ++i) {
      out.values[i] = out.scores[i] > 0 ? 1 : 0;
      if (!probable) continue;
      const double e = std::exp(-std::abs(out.scores[i])), far = e / (1 + e);
      out.probabilities[2 * i] = out.scores[i] > 0 ? far : 1 - far;
      out.probabilities[2 * i + 1] = out.scores[i] > 0 ? 1 - far : far;
    }
    return out;
  }
  out.probabilities.resize(n * k);
  for (size_t i = 0; i < n; ++i) {
    const std::span<const double> row = std::span(out.scores).subspan(i * k, k);
    softmax_probabilities(row, std::span(out.probabilities).subspan(i * k, k));
    out.values[i] = static_cast<double>(std::max_element(row.begin(), row.end()) - row.begin());
  }
  return out;
}

}  // namespace thalweg
