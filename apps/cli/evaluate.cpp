// thalweg evaluate: how well a run's model predicts rows whose target is known.
#include <fmt/format.h>

#include "apps/cli/commands.hpp"
#include "apps/cli/print.hpp"
#include "thalweg/run/predict.hpp"

namespace thalweg::cli {
namespace {

int run_evaluate(const Arguments& arguments) {
  set_limits(arguments);
  const std::string rows = arguments.text("rows");
  const Evaluation evaluation = evaluate(arguments.place(0), arguments.place(1),
                                         rows == "auto" ? "" : rows, arguments.text("target_file"));
  if (arguments.flag("json"))
    print(evaluation.json + "\n");
  else if (!arguments.flag("quiet"))
    print(emphasized(fmt::format("{} ({})", counted(evaluation.count, "row"), evaluation.rows),
                     Emphasis::bold) +
          "\n" + evaluation.table);
  return 0;
}

}  // namespace

Command evaluate_command() {
  return {
      "evaluate",
      "measure a run's model on rows whose target is known",
      {{"RUN", "the folder of the run"}, {"DATA", "a table with the same columns, and the target"}},
      {general_section(
          {Option::choice("rows", "auto", {"auto", "all", "training", "validation"},
                          "which rows; auto: those kept back for validation where DATA is what the "
                          "run was fitted to and there are some, else all"),
           Option::text("target_file", "",
                        "file of targets (.npy), where DATA is a .npy of features")})},
      run_evaluate};
}

}  // namespace thalweg::cli
