// thalweg demo: the main job on a table whose true coefficients are known.
#include <algorithm>
#include <set>

#include "apps/cli/commands.hpp"
#include "apps/cli/fit.hpp"
#include "apps/cli/fit_report.hpp"
#include "apps/cli/print.hpp"
#include "apps/cli/verify.hpp"
#include "thalweg/base/error.hpp"
#include "thalweg/base/file.hpp"
#include "thalweg/data/churn.hpp"

namespace thalweg::cli {
namespace {

constexpr size_t customers = 20'000;

// What a demo leaves behind is replaced; anything else is left alone.
void make_folder(const std::filesystem::path& folder) {
  std::filesystem::create_directories(folder);
  const std::set<std::filesystem::path> ours = {"customers.csv", "run"};
  for (const auto& entry : std::filesystem::directory_iterator(folder))
    if (!ours.contains(entry.path().filename()))
      fail("demo: {} holds {}, which is not of a demo; name another folder with --run",
           folder.string(), entry.path().filename().string());
}

int run_demo(const Arguments& arguments) {
  const std::filesystem::path folder = arguments.text("run");
  const bool quiet = arguments.flag("quiet"), json = arguments.flag("json");
  make_folder(folder);
  FitRequest request;
  request.data = folder / "customers.csv";
  request.run = folder / "run";
  arguments.apply(request.settings);
  for (const auto& [option, text] : {std::pair("target", "churn"), std::pair("validation", "0.2"),
                                     std::pair("l2", "1e-4"), std::pair("overwrite", "true")})
    request.settings.set(option, text);
  write_file(request.data,
             churn_table(customers, static_cast<uint64_t>(arguments.integer("seed"))));
  if (!quiet && !json)
    print(
        wrapped(fmt::format("A table of {} is made up, from a logistic model that is known: {}",
                            counted(customers, "customer"), request.data.string()),
                0) +
        "\n\n$ " +
        emphasized(fmt::format("thalweg fit {} --target churn --validation 0.2 --l2 1e-4 --run {}",
                               quoted(request.data.string()), quoted(request.run.string())),
                   Emphasis::bold) +
        "\n\n");

  const FitReport report = fit_with_progress(request, quiet);
  if (quiet || json) return conclude(report, request.data, arguments);
  const std::string verify = fmt::format("thalweg verify {} {}", quoted(report.run.string()),
                                         quoted(request.data.string()));
  print(report_text(report, request.data, churn_truth(report.model.recipe).weights) + "\n$ " +
        emphasized(verify, Emphasis::bold) + "\n\n");
  const verifier::Verification verification = verifier::verify(report.run, request.data);
  print(verification_text(verification));
  return verification.accepted ? exit_code(report.verdict) : 3;
}

}  // namespace

Command demo_command() {
  return {"demo",
          "fit a table that is made up, beside the truth",
          {},
          {general_section({Option::text("run", "demo-run", "folder for table and run")},
                           "of the table and of its split")},
          run_demo};
}

}  // namespace thalweg::cli
