#include "thalweg/run/network_scores.hpp"

#include <nlohmann/json.hpp>

#include "thalweg/objective/sampled.hpp"
#include "thalweg/run/scores.hpp"

namespace thalweg {

SampleSet suited_to(const ChosenLoss& loss, SampleSet samples, double center, double scale) {
  if (loss.row->target == LossTarget::labels) return samples;
  struct Storage {
    std::vector<float> targets;
    std::shared_ptr<const void> before;
  };
  auto storage = std::make_shared<Storage>();
  storage->before = samples.storage;
  for (size_t i = 0; i < samples.count; ++i)
    storage->targets.push_back(
        loss.row->target == LossTarget::flags
            ? static_cast<float>(samples.labels[i])
            : static_cast<float>((static_cast<double>(samples.targets[i]) - center) / scale));
  samples.targets = storage->targets;
  samples.storage = storage;
  return samples;
}

nlohmann::ordered_json scores(const NetworkModel& model, const SampleRows& rows) {
  const Network network(model.network, model.sample);
  const ChosenLoss loss = choose_loss(model.loss, model.labels());
  TracedLoss traced;
  traced.model = network.traced();
  traced.loss = loss.row;
  traced.loss_settings = loss.settings;
  traced.weighted = !rows.samples.weights.empty();
  std::vector<float> losses(rows.rows.size());
  HeldOutSamples held_out(
      traced, suited_to(loss, rows.samples, model.target_center, model.target_scale), rows.rows);
  held_out.losses(model.parameters, losses);
  double sum = 0;
  for (const float v : losses) sum += static_cast<double>(v);
  return scores(predictions_of(model, held_out.predictions(), losses.size()), rows.targets(),
                rows.weights(), model.labels(), sum / static_cast<double>(losses.size()));
}

}  // namespace thalweg
