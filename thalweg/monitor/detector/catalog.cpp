// The detectors, one row each, and what several of them ask of a run.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "thalweg/base/text.hpp"
#include "thalweg/monitor/detector/detector.hpp"

namespace thalweg {
namespace {

constexpr double error_share = 0.05;  // of the test for a falling loss

}  // namespace

std::span<const DetectorRow> detectors() {
  static const std::vector<DetectorRow> rows = {
      unscaled_input_row(),     poor_initialization_row(), exploding_gradient_row(),
      vanishing_gradient_row(), step_too_large_row(),      step_too_small_row(),
      saturation_row(),         dead_units_row(),          overfitting_row(),
      standstill_row(),         no_learning_row()};
  return rows;
}

std::vector<Finding> findings(const Watched& run) {
  std::vector<Finding> out;
  if (run.records.empty()) return out;
  bool explained = false;
  for (const DetectorRow& row : detectors()) {
    std::optional<Finding> found = row.detect(run);
    if (!found || (row.symptom && explained)) continue;
    found->detector = row.name;
    explained = explained || found->severity != Severity::note;
    out.push_back(std::move(*found));
  }
  return out;
}

std::string rounded(double value) {
  double digit = unknown;
  parse_number(fmt::format("{:.0e}", value), digit);
  return shortest(digit);
}

Estimate slope_of(std::span<const Record> records) {
  std::vector<double> steps, values;
  for (const Record& record : records) {
    steps.push_back(static_cast<double>(record.step));
    values.push_back(record.value);
  }
  return slope(steps, values);
}

double Watched::late() const {
  const size_t count = std::max<size_t>(1, records.size() / 4);
  double sum = 0;
  for (const Record& record : records.last(count)) sum += record.value;
  return sum / static_cast<double>(count);
}

double Watched::reached() const {
  if (outcome == Outcome::diverged) return unknown;
  double out = late() / reference();
  const double held_out = validation_base > 0 ? validation_base : reference();
  for (const double v : validations) out = std::fmin(out, v / held_out);
  return out;
}

Watched::Moved Watched::moved() const {
  Moved out;
  for (size_t i = 0, look = 0; i < records.size() && !inspections.empty(); ++i) {
    while (look + 1 < inspections.size() && inspections[look + 1].step <= records[i].step) ++look;
    double squares = 0;
    for (const TensorRecord& tensor : inspections[look].tensors)
      squares += tensor.norm * tensor.norm;
    const double share = squares > 0 ? records[i].update_norm / std::sqrt(squares) : unknown;
    if (std::isnan(out.first)) out.first = share;
    out.largest = std::fmax(out.largest, share);
  }
  return out;
}

// By the first step that was measured: later ones grow with what they have broken.
double Watched::step_factor() const {
  constexpr double suited = 0.003;  // in the middle of what trains well
  const double began = moved().first;
  return began > suited ? std::clamp(suited / began, 1e-9, 0.1) : 0.1;
}

bool Watched::has_layer(std::string_view kind) const {
  return !inspections.empty() &&
         std::any_of(inspections[0].layers.begin(), inspections[0].layers.end(),
                     [&](const LayerRecord& layer) { return layer.kind == kind; });
}

std::vector<std::pair<std::string, std::string>> Watched::rate_edit(double factor) const {
  if (!(learning_rate > 0)) return {};
  return {{"learning_rate", rounded(factor * learning_rate)}};
}

bool Watched::falling() const {
  const Estimate trend = slope_of(records.subspan(records.size() / 2));
  return trend.freedom > 0 && trend.t < -t_quantile(error_share, trend.freedom);
}

std::vector<const TensorRecord*> Watched::weights(const Inspection& look) {
  std::vector<const TensorRecord*> out;
  for (const TensorRecord& tensor : look.tensors)
    if (tensor.weights) out.push_back(&tensor);
  return out;
}

}  // namespace thalweg
