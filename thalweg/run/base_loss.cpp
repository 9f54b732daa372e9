#include "thalweg/run/base_loss.hpp"

#include <cmath>

namespace thalweg {
namespace {

// The share of each label's weight.
std::vector<double> shares(const SampleRows& samples, size_t labels,
                           const std::vector<double>& class_weights) {
  std::vector<double> out(labels, 0.0);
  const std::vector<double> targets = samples.targets(), weights = samples.weights();
  double total = 0;
  for (size_t i = 0; i < targets.size(); ++i) {
    const auto label = static_cast<size_t>(targets[i]);
    const double weight =
        (weights.empty() ? 1 : weights[i]) * (class_weights.empty() ? 1 : class_weights[label]);
    out[label] += weight;
    total += weight;
  }
  for (double& share : out) share /= total;
  return out;
}

}  // namespace

double base_loss(const ChosenLoss& loss, const NetworkData& data, const SampleRows& samples,
                 const std::vector<double>& class_weights) {
  double out = 0;
  if (loss.row->name == "squared") {
    const std::vector<double> targets = samples.targets();
    for (const double y : targets) {
      const double away = (y - data.target_center) / data.target_scale;
      out += away * away / 2 / static_cast<double>(targets.size());
    }
    return out;
  }
  if (loss.row->name != "cross_entropy") return unknown;
  const size_t labels = data.labels.size();
  const double smoothing = loss.settings.real("label_smoothing");
  const std::vector<double> predicted = shares(data.training, labels, class_weights),
                            found = shares(samples, labels, class_weights);
  for (size_t k = 0; k < labels; ++k) {
    const auto smooth = [&](double share) {
      return (1 - smoothing) * share + smoothing / static_cast<double>(labels);
    };
    if (smooth(found[k]) > 0) out -= smooth(found[k]) * std::log(smooth(predicted[k]));
  }
  return out;
}

}  // namespace thalweg
