#include "apps/cli/fit.hpp"

#include <algorithm>
#include <cmath>

#include "apps/cli/catalogs.hpp"
#include "apps/cli/commands.hpp"
#include "apps/cli/fit_report.hpp"
#include "apps/cli/print.hpp"
#include "apps/cli/progress.hpp"
#include "thalweg/base/error.hpp"
#include "thalweg/base/text.hpp"

namespace thalweg::cli {
namespace {

// The options that rows of a catalog declare, each with the rows that have it.
std::vector<Option> borrowed(const std::string& catalog) {
  std::vector<Option> out;
  for (SharedOption& shared : shared_options(find_catalog(catalog).rows())) {
    shared.option.help = fmt::format("{}: {}", join(shared.rows, ", "), shared.option.help);
    out.push_back(std::move(shared.option));
  }
  return out;
}

// `call` with the flags given of options that rows of the catalog declare: lbfgs and --history-size 20
// make lbfgs(history_size=20). `kind`: model or method.
std::string completed(const std::string& kind, std::string call, const Arguments& arguments) {
  for (const auto& [option, rows] : shared_options(find_catalog(kind).rows())) {
    if (!arguments.given(option.name)) continue;
    const std::string name = parse_call(call).name;
    if (std::find(rows.begin(), rows.end(), name) == rows.end())
      fail("{}: {} \"{}\" has no such option; {} {}: add --{} {}", flag_name(option.name), kind,
           name, join(rows, ", "), rows.size() == 1 ? "has" : "have", kind, rows.front());
    const std::string argument = option.name + "=" + arguments.text(option.name);
    const size_t close = call.rfind(')');
    if (close == std::string::npos)
      call += "(" + argument + ")";
    else
      call.insert(close, (parse_call(call).arguments.empty() ? "" : ", ") + argument);
  }
  return call;
}

// runs/STEM-N, N the first that is free.
std::filesystem::path free_run(const std::filesystem::path& data) {
  std::filesystem::path stem = data.filename();
  if (stem.empty()) stem = data.parent_path().filename();
  if (stem.extension() == ".gz") stem.replace_extension();
  stem.replace_extension();
  for (int n = 1;; ++n) {
    const std::filesystem::path run =
        std::filesystem::path("runs") / fmt::format("{}-{}", stem.string(), n);
    if (!std::filesystem::exists(run)) return run;
  }
}

// The range test's answer, for people or as JSON.
int show_range(const FitRequest& request, const Arguments& arguments) {
  if (arguments.given("run"))
    fail("find_learning_rate: makes no run; leave --run out, --json prints the whole curve");
  Progress progress(arguments.flag("quiet"));
  const RangeReport report = find_learning_rate(request, progress.observer());
  if (arguments.flag("json"))
    print(report.json);
  else if (!arguments.flag("quiet"))
    print(range_text(report, request));
  return std::isfinite(report.test.suggestion) ? 0 : 3;
}

int run_fit(const Arguments& arguments) {
  FitRequest request;
  request.data = arguments.place(0);
  request.run = arguments.text("run");
  arguments.apply(request.settings);
  for (const char* kind : {"model", "method"}) {
    const std::string asked = request.settings.text(kind);
    const std::string call = completed(kind, asked, arguments);
    if (call != asked) request.settings.set(kind, call);
  }
  if (arguments.flag("find_learning_rate")) return show_range(request, arguments);
  if (request.run.empty()) request.run = free_run(request.data);
  return conclude(fit_with_progress(request, arguments.flag("quiet")), request.data, arguments);
}

}  // namespace

std::vector<Section> fit_sections() {
  // A section begins at the option named first.
  constexpr std::pair<const char*, const char*> headings[] = {{"target", "data"},
                                                              {"model", "objective"},
                                                              {"method", "method"},
                                                              {"tolerance", "stopping"},
                                                              {"seed", "general"}};
  std::vector<Section> sections;
  for (const Option& option : fit_options()) {
    for (const auto& [first, heading] : headings)
      if (option.name == first) sections.push_back({heading, {}});
    sections.at(sections.size() - 1).options.push_back(option);
  }
  return sections;
}

FitReport fit_with_progress(const FitRequest& request, bool quiet) {
  Progress progress(quiet);
  return fit(request, progress.observer());
}

int conclude(const FitReport& report, const std::filesystem::path& data,
             const Arguments& arguments) {
  if (arguments.flag("json"))
    print(report.json.ends_with('\n') ? report.json : report.json + "\n");
  else if (!arguments.flag("quiet"))
    print(report_text(report, data));
  return exit_code(report.verdict);
}

Command fit_command() {
  Command command{"fit",
                  "minimize a model's loss over a table, and judge the run",
                  {{"DATA",
                    "a table: .csv, .tsv, .svm, .npz or .npy, each also with .gz; or images: a "
                    "folder of IDX files, of pictures by class, or arrays"}},
                  fit_sections(),
                  run_fit};
  for (Section& section : command.sections) {
    if (section.heading == "objective" || section.heading == "method")
      for (Option& option : borrowed(section.heading == "method" ? "methods" : "models"))
        section.options.push_back(std::move(option));
    if (section.heading == "method")
      section.options.push_back(
          Option::flag("find_learning_rate",
                       "instead of a run: a network's loss at rates that rise, and which to use"));
    if (section.heading == "general") {
      section.options.insert(section.options.begin(),
                             Option::text("run", "", "folder to make; runs/NAME-N if not given"));
      for (Option& option : common_options()) section.options.push_back(std::move(option));
    }
  }
  return command;
}

}  // namespace thalweg::cli
