// thalweg resume: goes on where a run stopped.
#include <nlohmann/json.hpp>

#include "apps/cli/commands.hpp"
#include "apps/cli/fit.hpp"
#include "apps/cli/progress.hpp"
#include "thalweg/base/file.hpp"

namespace thalweg::cli {
namespace {

// The table that the run was fitted to, as its run.json names it.
std::filesystem::path data_of(const std::filesystem::path& run) {
  const std::filesystem::path whole =
      nlohmann::json::parse(read_file(run / "run.json")).at("data").get<std::string>();
  const std::filesystem::path near = std::filesystem::proximate(whole);
  return near.string().starts_with("..") ? whole : near;
}

int run_resume(const Arguments& arguments) {
  Settings settings("resume", fit_options());
  arguments.apply(settings);
  const std::filesystem::path run = arguments.place(0);
  const FitReport report = [&] {
    Progress progress(arguments.flag("quiet"));
    return resume(run, settings, progress.observer());
  }();
  return conclude(report, data_of(run), arguments);
}

}  // namespace

Command resume_command() {
  Command command{"resume",
                  "go on with a run that was stopped, bit for bit",
                  {{"RUN", "the folder of the run"}},
                  {},
                  run_resume};
  for (Section& section : fit_sections())
    if (section.heading == "stopping") command.sections.push_back(std::move(section));
  command.sections.push_back(general_section({}, "the run's own; another is refused"));
  command.otherwise = "the run's";
  return command;
}

}  // namespace thalweg::cli
