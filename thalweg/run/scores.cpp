#include "thalweg/run/scores.hpp"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "thalweg/base/catalog.hpp"
#include "thalweg/kernel/linear.hpp"
#include "thalweg/model/metrics.hpp"

namespace thalweg {
namespace {

using nlohmann::ordered_json;

ordered_json number(double value) {
  return std::isfinite(value) ? ordered_json(value) : ordered_json(nullptr);
}

}  // namespace

ordered_json scores(const LinearModel& model, const Prepared& data) {
  const Predictions predicted = predict(model, data.design);
  const std::span<const double> y = data.target, w = data.weight;
  Samples samples;
  samples.design = &data.design;
  samples.target = y;
  samples.weight = w;
  samples.loss = model.loss;
  samples.outputs = model.outputs;
  samples.total_weight = static_cast<double>(y.size());
  if (!w.empty()) {
    samples.total_weight = 0;
    for (double s : w) samples.total_weight += s;
  }
  const TargetRecipe& target = model.recipe.target;
  ordered_json out =
      scores(predicted, y, w, target.labeled ? target.labels : decltype(target.labels){},
             value(samples, model.parameters));
  if (find(models(), "model", model.name).link == Link::exponential)
    out["deviance"] =
        number(model.loss.kind == LossKind::poisson ? poisson_deviance(y, predicted.values, w)
                                                    : gamma_deviance(y, predicted.values, w));
  return out;
}

ordered_json scores(const Predictions& predicted, std::span<const double> y,
                    std::span<const double> w, const std::vector<std::string>& labels,
                    double loss) {
  ordered_json out;
  out["rows"] = y.size();
  out["loss"] = number(loss);
  if (labels.empty()) {
    out["rmse"] = number(root_mean_squared_error(y, predicted.values, w));
    out["mae"] = number(mean_absolute_error(y, predicted.values, w));
    out["r2"] = number(r_squared(y, predicted.values, w));
    return out;
  }
  const size_t count = labels.size();
  out["accuracy"] = number(accuracy(y, predicted.values, w));
  out["balanced_accuracy"] = number(balanced_accuracy(y, predicted.values, w));
  if (count == 2 && predicted.scores.size() == y.size())
    out["roc_auc"] = number(roc_auc(y, predicted.scores, w));
  else if (!predicted.probabilities.empty())
    out["roc_auc"] = number(roc_auc_one_vs_rest(y, predicted.probabilities, count, w));
  if (!predicted.probabilities.empty()) {
    out["log_loss"] = number(log_loss(y, predicted.probabilities, count, w));
    out["brier"] = number(brier(y, predicted.probabilities, count, w));
    out["calibration_error"] = number(calibration_error(y, predicted.probabilities, count, 10, w));
  }
  const std::vector<double> counts = confusion(y, predicted.values, count, w);
  ordered_json rows = ordered_json::array();
  for (size_t i = 0; i < count; ++i) {
    ordered_json row = ordered_json::array();
    for (size_t j = 0; j < count; ++j) row.push_back(counts[i * count + j]);
    rows.push_back(row);
  }
  out["confusion"] = {{"labels", labels}, {"counts", rows}};
  return out;
}

std::string scores_table(const ordered_json& scores) {
  std::string out;
  for (const auto& [key, value] : scores.items()) {
    if (key == "confusion") continue;
    const std::string shown = value.is_null()             ? "not defined"
                              : value.is_number_integer() ? fmt::format("{}", value.get<int64_t>())
                                                          : brief(value.get<double>(), 6);
    out += fmt::format("  {:<20} {}\n", key, shown);
  }
  if (!scores.contains("confusion")) return out;
  const auto labels = scores["confusion"]["labels"].get<std::vector<std::string>>();
  if (labels.size() > 12) return out;
  size_t width = 8;
  for (const std::string& label : labels) width = std::max(width, label.size());
  width = std::min<size_t>(width, 20);
  auto cell = [&](const std::string& text) {
    return fmt::format(" {:>{}}", text.substr(0, width), width);
  };
  out += fmt::format("  {:<20}", "truth \\ predicted");
  for (const std::string& label : labels) out += cell(label);
  out += "\n";
  for (size_t i = 0; i < labels.size(); ++i) {
    out += fmt::format("  {:<20}", labels[i].substr(0, 20));
    for (const auto& count : scores["confusion"]["counts"][i])
      out += cell(brief(count.get<double>(), 8));
    out += "\n";
  }
  return out;
}

}  // namespace thalweg
