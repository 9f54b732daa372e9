#include "apps/cli/fit_report.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <numeric>

#include "apps/cli/flags.hpp"
#include "apps/cli/print.hpp"
#include "thalweg/base/text.hpp"

namespace thalweg::cli {
namespace {

constexpr size_t column = 12;  // where texts begin, behind their labels

std::string heading(std::string_view text) {
  return "\n" + emphasized(text, Emphasis::bold) + "\n";
}

std::string line(std::string_view label, std::string_view text) {
  return entry(fmt::format("  {}", label), text, column);
}

// Whole numbers with all their digits.
std::string plain(double number) {
  const bool whole = number >= 1 && number < 1e15 && number == std::floor(number);
  return whole ? grouped(static_cast<size_t>(number)) : brief(number, 3);
}

bool off(const StopRule& rule) {
  if (!std::isfinite(rule.threshold)) return true;
  return rule.threshold == 0 && (rule.name == "gradient" || rule.name == "decrease");
}

std::string rules_text(const Verdict& verdict) {
  std::vector<std::vector<std::string>> rows;
  std::vector<std::string> unused;
  for (const StopRule& rule : verdict.rules) {
    if (off(rule) && !rule.satisfied) {
      unused.push_back(rule.name);
      continue;
    }
    const bool budget = rule.name == "steps" || rule.name == "seconds";
    rows.push_back(
        {rule.name, std::isnan(rule.measured) ? "not measured" : plain(rule.measured),
         std::isfinite(rule.threshold) ? (budget ? "of " : "asked ") + plain(rule.threshold) : "",
         rule.satisfied ? "satisfied" : "not satisfied",
         rule.name == verdict.stop ? "ended the run" : ""});
  }
  std::string out = aligned(rows, 2, "lllll");
  if (!unused.empty()) out += "  not asked for: " + wrapped(join(unused, ", "), 17) + "\n";
  return out;
}

std::string rate_text(const Rate& rate) {
  std::string out = fmt::format("factor {} a step", brief(rate.fitted, 3));
  if (std::isfinite(rate.low) && std::isfinite(rate.high))
    out += fmt::format(" ({} to {})", brief(rate.low, 3), brief(rate.high, 3));
  out += " fitted to the " + (rate.quantity.empty() ? "decrease" : rate.quantity);
  if (rate.superlinear) out += ", getting faster";
  if (std::isfinite(rate.theoretical))
    out += fmt::format("; theory promises {}", brief(rate.theoretical, 6));
  return out;
}

std::string forecast_text(const Forecast& forecast) {
  if (!std::isfinite(forecast.steps)) return forecast.refusal;
  std::string out = fmt::format("about {} more steps", brief(forecast.steps, 3));
  if (std::isfinite(forecast.low) && std::isfinite(forecast.high))
    out += fmt::format(" ({} to {})", brief(forecast.low, 3), brief(forecast.high, 3));
  if (!forecast.basis.empty()) out += " " + forecast.basis;
  return out;
}

std::string findings_text(const std::vector<Finding>& findings) {
  std::string out;
  for (const Finding& finding : findings) {
    const std::string where = finding.where.empty() ? "" : finding.where + ": ";
    out += line(name(finding.severity), where + finding.message);
    if (!finding.remedy.empty()) out += line("", "remedy: " + finding.remedy);
  }
  return out;
}

// The metrics that are one number, a few on a line.
std::string metrics_text(const std::string& json) {
  std::string out;
  const auto metrics = nlohmann::ordered_json::parse(json);
  for (const auto& [name, value] : metrics.items())
    if (value.is_number())
      out += fmt::format(
          "{}{} {}", out.empty() ? "" : ", ", name,
          value.is_number_integer() ? grouped(value.get<size_t>()) : brief(value.get<double>(), 4));
  return "  " + wrapped(out, 2) + "\n";
}

// Of each metric its mean over the folds, and the deviation between them.
std::string folds_text(const std::string& json) {
  std::vector<std::vector<std::string>> rows;
  const auto folds = nlohmann::ordered_json::parse(json);
  for (const auto& [name, value] : folds.at("mean").items())
    rows.push_back({name, brief(value.at("mean").get<double>(), 4),
                    "± " + brief(value.at("deviation").get<double>(), 2)});
  return aligned(rows, 2, "lll");
}

// A formula's parameters, with how well they are known.
std::string estimates_text(const FitReport& report) {
  std::vector<std::vector<std::string>> rows = {
      {"", "value", "standard error", "t", "95 % interval", ""}};
  for (size_t k = 0; k < report.parameters.size(); ++k) {
    const ParameterEstimate& e = report.estimates.parameters[k];
    rows.push_back({one_line(report.parameters[k]), brief(e.value, 11), brief(e.standard_error, 8),
                    brief(e.t, 4), brief(e.low, 6), brief(e.high, 6)});
  }
  return aligned(rows, 2, "lrrrrr") +
         fmt::format("  residual standard deviation {} on {}\n",
                     brief(report.estimates.residual_deviation, 8),
                     counted(report.estimates.freedom, "degree") + " of freedom");
}

std::string preparation_text(const FitReport& report) {
  constexpr size_t most = 30;
  std::string out;
  for (size_t i = 0; i < std::min(most, report.preparation.size()); ++i)
    out += "  " + wrapped(one_line(report.preparation[i]), 4) + "\n";
  if (report.preparation.size() > most)
    out += fmt::format("  … and {} more, in {}\n", grouped(report.preparation.size() - most),
                       (report.run / "model.safetensors").string());
  return out;
}

}  // namespace

std::string verdict_text(const Verdict& verdict) {
  std::string outcome = name(verdict.outcome);
  std::transform(outcome.begin(), outcome.end(), outcome.begin(),
                 [](char c) { return static_cast<char>(c == '_' ? ' ' : std::toupper(c)); });
  const bool good = exit_code(verdict) == 0;
  std::string out = "\n" + emphasized(outcome, good ? Emphasis::good : Emphasis::bad) + "\n  " +
                    wrapped(verdict.reason, 2) + "\n\n";
  const Record& last = verdict.last;
  const Certificate& certificate = verdict.certificate;
  out += line("value", brief(last.value, 12));
  if (std::isfinite(certificate.bound))
    out += line("gap", fmt::format("at most {}, relative {} (scale {}, rounding {})",
                                   brief(certificate.bound, 3), brief(certificate.relative(), 3),
                                   brief(certificate.scale, 4), brief(certificate.rounding, 2)));
  out +=
      line("proof", certificate.kind == CertificateKind::none
                        ? "none" + (certificate.refusal.empty() ? "" : ": " + certificate.refusal)
                        : name(certificate.kind));
  out += line("gradient", brief(last.gradient_norm, 3));
  out += line("steps", fmt::format("{}, {} evaluations, {}", grouped(last.step),
                                   grouped(last.evaluations), duration(last.seconds)));
  if (std::isfinite(verdict.rate.fitted)) out += line("rate", rate_text(verdict.rate));
  const std::string forecast = forecast_text(verdict.forecast);
  if (!forecast.empty()) out += line("forecast", forecast);
  out += heading("stopping rules") + rules_text(verdict);
  if (!verdict.findings.empty()) out += heading("findings") + findings_text(verdict.findings);
  return out;
}

std::string influence_text(const FitReport& report, size_t count, std::span<const double> truth) {
  std::vector<size_t> order(report.influence.size());
  std::iota(order.begin(), order.end(), size_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](size_t a, size_t b) { return report.influence[a] > report.influence[b]; });
  order.resize(std::min(count, order.size()));
  std::vector<std::vector<std::string>> rows = {{"", "coefficient", "influence"}};
  if (!truth.empty()) rows[0].push_back("true coefficient");
  for (size_t j : order) {
    const bool single = report.model.outputs == 1;
    rows.push_back({one_line(report.model.features[j]),
                    single ? fmt::format("{:+.4f}", report.model.parameters[j]) : "",
                    fmt::format("{:.4f}", report.influence[j])});
    if (!truth.empty()) rows.back().push_back(fmt::format("{:+.4f}", truth[j]));
  }
  return aligned(rows, 2, "lrrr");
}

std::string report_text(const FitReport& report, const std::filesystem::path& data,
                        std::span<const double> truth) {
  std::string out = emphasized(data.string(), Emphasis::bold) + ": " + counted(report.rows, "row") +
                    ", " + report.inputs + "\n";
  out += fmt::format("  {} to fit", grouped(report.training_rows));
  if (report.validation_rows > 0)
    out += fmt::format(", {} kept back for validation", grouped(report.validation_rows));
  out += "\n" + preparation_text(report) + "\n";
  auto chosen = [](const std::string& what, const std::string& reason) {
    return reason.empty() ? what : what + ": " + reason;
  };
  out += line("model", chosen(report.model_name, report.model_reason));
  out += line("method", chosen(report.method, report.method_reason));
  out += verdict_text(report.verdict);
  if (!report.parameters.empty()) out += heading("parameters") + estimates_text(report);
  if (!report.influence.empty())
    out += heading("most influential columns") + influence_text(report, 8, truth);
  if (!report.metrics.empty())
    out += heading(fmt::format("on {}", counted(report.validation_rows, "validation row"))) +
           metrics_text(report.metrics);
  if (!report.test_metrics.empty())
    out += heading(fmt::format("on {}", counted(report.test_rows, "test row"))) +
           metrics_text(report.test_metrics);
  if (!report.folds.empty()) out += heading("cross-validation") + folds_text(report.folds);
  const std::string run = quoted(report.run.string());
  out += heading("run directory") + "  " + report.run.string() + "\n" + heading("next");
  if (!report.parameters.empty()) return out + "  thalweg predict " + run + " NEW.csv\n";
  const bool network = report.model.features.empty();
  out += fmt::format("  thalweg {0} {1} {2}\n  thalweg predict {1} {3}\n",
                     network ? "evaluate" : "verify", run, quoted(data.string()),
                     network ? "NEW" : "NEW.csv");
  return out;
}

std::string range_text(const RangeReport& report, const FitRequest& request) {
  const RangeTest& test = report.test;
  std::vector<std::vector<std::string>> rows = {{"learning rate", "loss", "smoothed"}};
  const size_t each = std::max<size_t>(1, test.points.size() / 20);
  for (size_t i = 0; i < test.points.size(); i += each)
    rows.push_back({brief(test.points[i].learning_rate, 2), brief(test.points[i].loss),
                    brief(test.points[i].smoothed)});
  std::string out = aligned(rows, 2, "rrr") + "\n";
  out += std::isfinite(test.diverged)
             ? line("diverged", "at " + brief(test.diverged, 2) + ": four times the least loss")
             : line("diverged", "nowhere up to " + brief(test.points.back().learning_rate, 2));
  if (!std::isfinite(test.suggestion))
    return out + line("to use", "none: the loss falls at no rate; is there something to learn?");
  out += line("steepest", "the smoothed loss falls fastest at " + brief(test.steepest, 2));
  out += line("lowest", "it is least at " + brief(test.lowest, 2));
  out += line("to use", brief(test.suggestion, 2) + ", a third of that");
  out += heading("next") + "  thalweg fit " + quoted(request.data.string());
  for (const Option& option : request.settings.declared()) {
    if (!request.settings.given(option.name) || option.name == "method" ||
        option.name == "schedule" || option.name == "steps")
      continue;
    if (option.kind == OptionKind::flag) {
      if (request.settings.flag(option.name)) out += " " + flag_name(option.name);
    } else if (option.kind == OptionKind::texts) {
      for (const std::string& text : request.settings.texts(option.name))
        out += " " + flag_name(option.name) + " " + quoted(text);
    } else {
      out +=
          " " + flag_name(option.name) + " " + quoted(to_text(request.settings.value(option.name)));
    }
  }
  out += " --method " + quoted(report.method);
  if (!report.schedule.empty()) out += " --schedule " + quoted(report.schedule);
  return out + "\n";
}

}  // namespace thalweg::cli
