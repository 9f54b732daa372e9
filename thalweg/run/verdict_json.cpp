#include "thalweg/run/verdict_json.hpp"

#include <cmath>
#include <nlohmann/json.hpp>

#include "thalweg/base/file.hpp"
#include "thalweg/base/text.hpp"

namespace thalweg {
namespace {

using nlohmann::ordered_json;

// JSON has no words for what is not finite: texts "inf", "-inf" and "nan".
ordered_json number(double value) {
  return std::isfinite(value) ? ordered_json(value) : ordered_json(shortest(value));
}

ordered_json finding_json(const Finding& finding) {
  ordered_json evidence = ordered_json::object(), edits = ordered_json::object();
  for (const auto& [name, value] : finding.evidence) evidence[name] = number(value);
  for (const auto& [name, value] : finding.edits) edits[name] = value;
  return {{"detector", finding.detector},
          {"severity", name(finding.severity)},
          {"where", finding.where},
          {"message", finding.message},
          {"evidence", evidence},
          {"remedy", finding.remedy},
          {"edits", edits}};
}

}  // namespace

ordered_json to_json(const Verdict& verdict, const RunSummary& run) {
  const Certificate& c = verdict.certificate;
  const Record& last = verdict.last;
  ordered_json out = {{"version", 1},
                      {"outcome", name(verdict.outcome)},
                      {"reason", verdict.reason},
                      {"stop", verdict.stop},
                      {"value", number(last.value)},
                      {"gap", number(last.gap)},
                      {"lower_bound", number(last.lower_bound)},
                      {"gradient_norm", number(last.gradient_norm)},
                      {"iterations", last.step},
                      {"evaluations", last.evaluations},
                      {"samples", last.samples},
                      {"seconds",
                       {{"read", number(run.read)},
                        {"prepare", number(run.prepare)},
                        {"descent", number(run.descent)},
                        {"total", number(run.total)}}},
                      {"cpu_seconds", number(last.cpu_seconds)},
                      {"model", run.model},
                      {"method", run.method},
                      {"tolerance", number(verdict.tolerance)},
                      {"target_met", verdict.target_met},
                      {"curvature_examined", verdict.curvature_examined}};
  if (const ExaminedCurvature& seen = verdict.curvature; seen.examined) {
    out["curvature"] = {{"lowest", number(seen.lowest)},
                        {"highest", number(seen.highest)},
                        {"products", seen.products},
                        {"unseen", number(seen.unseen)},
                        {"negative", seen.negative}};
    if (seen.negative) {
      out["curvature"]["along"] = number(seen.along);
      out["curvature"]["direction"] = seen.direction;
    }
  }
  out["certificate"] = {{"kind", name(c.kind)},
                        {"bound", number(c.bound)},
                        {"rounding", number(c.rounding)},
                        {"scale", number(c.scale)},
                        {"relative", number(c.relative())},
                        {"value", number(c.value)},
                        {"infimum", number(c.infimum)},
                        {"constant", number(c.constant)},
                        {"assumptions", c.assumptions},
                        {"refusal", c.refusal}};
  out["stopping"] = ordered_json::array();
  for (const StopRule& rule : verdict.rules)
    out["stopping"].push_back({{"rule", rule.name},
                               {"threshold", number(rule.threshold)},
                               {"value", number(rule.measured)},
                               {"met", rule.satisfied}});
  out["findings"] = ordered_json::array();
  for (const Finding& finding : verdict.findings) out["findings"].push_back(finding_json(finding));
  out["rate"] = {{"quantity", verdict.rate.quantity},
                 {"fitted", number(verdict.rate.fitted)},
                 {"low", number(verdict.rate.low)},
                 {"high", number(verdict.rate.high)},
                 {"theoretical", number(verdict.rate.theoretical)},
                 {"superlinear", verdict.rate.superlinear}};
  out["forecast"] = {{"steps", number(verdict.forecast.steps)},
                     {"low", number(verdict.forecast.low)},
                     {"high", number(verdict.forecast.high)},
                     {"basis", verdict.forecast.basis},
                     {"refusal", verdict.forecast.refusal}};
  return out;
}

ordered_json to_json(const std::vector<std::string>& names, const Estimates& estimates) {
  ordered_json out = {{"residual_deviation", number(estimates.residual_deviation)},
                      {"degrees_of_freedom", estimates.freedom},
                      {"estimates", ordered_json::object()}};
  for (size_t k = 0; k < names.size(); ++k) {
    const ParameterEstimate& estimate = estimates.parameters[k];
    out["estimates"][names[k]] = {{"value", number(estimate.value)},
                                  {"standard_error", number(estimate.standard_error)},
                                  {"t", number(estimate.t)},
                                  {"low", number(estimate.low)},
                                  {"high", number(estimate.high)}};
  }
  return out;
}

std::string with_digest(ordered_json verdict) {
  const std::string zeros(64, '0');
  verdict["digest"] = zeros;
  // Not UTF-8 in a column's name must not keep a verdict from being written.
  std::string text = verdict.dump(2, ' ', false, ordered_json::error_handler_t::replace) + "\n";
  const std::string digest = sha256(text);
  const std::string key = "\"digest\": \"";
  text.replace(text.rfind(key + zeros) + key.size(), zeros.size(), digest);
  return text;
}

}  // namespace thalweg
