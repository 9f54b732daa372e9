// A fitted network with the recipe of its data: saved, loaded, and asked for predictions.
#pragma once

#include <string>
#include <variant>
#include <vector>

#include "thalweg/data/samples.hpp"
#include "thalweg/format/safetensors.hpp"
#include "thalweg/graph/loss.hpp"
#include "thalweg/model/linear_model.hpp"
#include "thalweg/model/network.hpp"

namespace thalweg {

struct NetworkModel {
  std::string name;     // as asked for: mlp(hidden=512,512)
  std::string network;  // the description
  Shape sample;         // of one input
  std::string loss;     // a call of a row of traced_losses()
  std::variant<Recipe, ImageRecipe> recipe;
  // A number is predicted as output * target_scale + target_center.
  double target_center = 0, target_scale = 1;
  Buffer<float> parameters;

  const std::vector<std::string>& labels() const;  // empty: numbers
};

// The file format of docs/format/run.md.
Safetensors to_safetensors(const NetworkModel& model);
// Whether the file holds a network; Error where it is not a model at all.
bool holds_network(const Safetensors& file, const std::string& source);
// Throws Error in one line where the file is not a network, is damaged, or is of a newer version.
NetworkModel network_from_safetensors(const Safetensors& file, const std::string& source);

// Of the samples named by `rows`; scores are the network's outputs [rows, outputs].
Predictions predict(const NetworkModel& model, const SampleSet& samples,
                    const std::vector<uint32_t>& rows);
// From the outputs of so many rows.
Predictions predictions_of(const NetworkModel& model, std::span<const float> outputs, size_t rows);

// A loss asked for as a call, such as cross_entropy(label_smoothing=0.1).
struct ChosenLoss {
  const TracedLossRow* row;
  Settings settings;
  std::string call;
};
// `asked` may be auto. Throws Error where the loss does not suit the target.
ChosenLoss choose_loss(const std::string& asked, const std::vector<std::string>& labels);
// Outputs that a network with this loss must have.
size_t outputs_of(const ChosenLoss& loss, const std::vector<std::string>& labels);

}  // namespace thalweg
