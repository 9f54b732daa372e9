// thalweg minimize: a test function to its minimum, with a verdict.
#include "thalweg/run/minimize.hpp"

#include "apps/cli/commands.hpp"
#include "apps/cli/fit_report.hpp"
#include "apps/cli/print.hpp"
#include "apps/cli/progress.hpp"
#include "thalweg/base/text.hpp"

namespace thalweg::cli {
namespace {

constexpr size_t most_shown = 8;

std::string point_text(std::span<const double> point) {
  std::vector<std::string> parts;
  for (const double c : point.first(std::min(point.size(), most_shown)))
    parts.push_back(brief(c, 9));
  if (point.size() > most_shown) parts.push_back(fmt::format("… ({} in all)", point.size()));
  return join(parts, ", ");
}

std::string report_text(const MinimizeReport& report) {
  const auto line = [](const char* label, const std::string& text) {
    return entry(fmt::format("  {}", label), text, 12);
  };
  std::string out =
      emphasized(report.function->name, Emphasis::bold) +
      fmt::format(" in {}", counted(report.point.size(), "dimension")) + "\n" +
      line("formula", report.function->formula) + line("start", point_text(report.start)) +
      line("method", report.method_reason.empty() ? report.method
                                                  : report.method + ": " + report.method_reason) +
      verdict_text(report.verdict);
  out += "\n" + emphasized("point", Emphasis::bold) + "\n" + line("x", point_text(report.point));
  if (!report.known.empty()) out += line("known", report.known);
  if (const ExaminedCurvature& seen = report.verdict.curvature; seen.negative)
    out += line("downhill", "along ±(" + point_text(seen.direction) + ")");
  if (report.found.empty()) return out;
  out +=
      "\n" +
      emphasized(fmt::format("minima from {}", counted(report.starts, "start")), Emphasis::bold) +
      "\n";
  std::vector<std::vector<std::string>> rows;
  for (const FoundMinimum& found : report.found) {
    if (rows.size() == 20) break;
    rows.push_back(
        {brief(found.value, 9), fmt::format("{} times", found.times), point_text(found.point)});
  }
  out += aligned(rows, 2, "rrl");
  if (report.found.size() > rows.size())
    out += fmt::format("  … and {} more\n", report.found.size() - rows.size());
  if (report.failed > 0) out += fmt::format("  elsewhere: {} times\n", report.failed);
  return out;
}

int run_minimize(const Arguments& arguments) {
  MinimizeRequest request;
  request.function = arguments.place(0);
  arguments.apply(request.settings);
  const MinimizeReport report = [&] {
    Progress progress(arguments.flag("quiet"));
    return minimize(request, progress.observer());
  }();
  if (arguments.flag("json"))
    print(report.json);
  else if (!arguments.flag("quiet"))
    print(report_text(report));
  return exit_code(report.verdict);
}

}  // namespace

Command minimize_command() {
  Command command{"minimize",
                  "take a test function to its minimum, and judge the run",
                  {{"FUNCTION", "its name; thalweg list functions shows them"}},
                  {{"general", {}}},
                  run_minimize};
  std::vector<Option>& options = command.sections[0].options;
  options.assign(minimize_options().begin(), minimize_options().end());
  for (Option& option : common_options()) options.push_back(std::move(option));
  return command;
}

}  // namespace thalweg::cli
