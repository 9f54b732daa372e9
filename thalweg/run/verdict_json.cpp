#include "thalweg/run/verdict_json.hpp"

#include <cmath>
#include <nlohmann/json.hpp>

#include "thalweg/base/file.hpp"

namespace thalweg {
namespace {

using nlohmann::ordered_json;

ordered_json number(double value) {
  return std::isfinite(value) ? ordered_json(value) : ordered_json(nullptr);
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

ordered_json to_json(const Verdict& verdict) {
  const Certificate& c = verdict.certificate;
  const Record& r = verdict.last;
  ordered_json out = {{"version", 1},
                      {"outcome", name(verdict.outcome)},
                      {"stop", verdict.stop},
                      {"reason", verdict.reason},
                      {"tolerance", number(verdict.tolerance)},
                      {"target_met", verdict.target_met},
                      {"curvature_examined", verdict.curvature_examined}};
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
  out["rules"] = ordered_json::array();
  for (const StopRule& rule : verdict.rules)
    out["rules"].push_back({{"name", rule.name},
                            {"threshold", number(rule.threshold)},
                            {"measured", number(rule.measured)},
                            {"satisfied", rule.satisfied}});
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
                     {"refusal", verdict.forecast.refusal}};
  out["last"] = {{"step", r.step},
                 {"samples", r.samples},
                 {"value", number(r.value)},
                 {"gradient_norm", number(r.gradient_norm)},
                 {"lower_bound", number(r.lower_bound)},
                 {"gap", number(r.gap)},
                 {"evaluations", r.evaluations},
                 {"seconds", number(r.seconds)},
                 {"cpu_seconds", number(r.cpu_seconds)}};
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
