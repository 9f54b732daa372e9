// thalweg verify: the independent check of a run's claim.
#include "thalweg/certify/verifier/verify.hpp"

#include <fmt/format.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "apps/cli/commands.hpp"
#include "apps/cli/print.hpp"
#include "apps/cli/verify.hpp"
#include "thalweg/base/error.hpp"
#include "thalweg/base/file.hpp"
#include "thalweg/base/text.hpp"
#include "thalweg/model/network.hpp"

namespace thalweg::cli {

std::string verification_text(const verifier::Verification& verification) {
  const bool accepted = verification.accepted;
  std::string out =
      emphasized(accepted ? "ACCEPTED" : "REJECTED", accepted ? Emphasis::good : Emphasis::bad) +
      "\n  " + wrapped(verification.reason, 2) + "\n\n";
  auto line = [&](std::string_view label, const std::string& text) {
    if (!text.empty()) out += entry(fmt::format("  {}", label), text, 12);
  };
  auto number = [](double value, int digits) {
    return std::isnan(value) ? std::string() : brief(value, digits);
  };
  line("outcome", verification.outcome);
  line("proof", verification.kind);
  line("rows", verification.rows > 0 ? grouped(verification.rows) : "");
  line("value", number(verification.value, 12));
  line("bound", number(verification.bound, 3));
  line("claimed", number(verification.claimed_bound, 3));
  line("scale", number(verification.scale, 4));
  line("relative", number(verification.relative, 3));
  return out;
}

namespace {

// A network's run claims nothing that could be checked, and its data may be no table.
void refuse_network(const std::filesystem::path& run) {
  const std::filesystem::path path = run / "verdict.json";
  if (!std::filesystem::exists(path)) return;
  const auto verdict = nlohmann::json::parse(read_file(path), nullptr, false);
  if (!verdict.is_object() || !verdict.contains("model") || !verdict["model"].is_string()) return;
  const std::string model = verdict["model"].get<std::string>();
  for (const NetworkRow& row : networks())
    if (model == row.name || model.starts_with(row.name + "("))
      fail("{}: holds a network, whose run proves no bound; measure it with thalweg evaluate",
           run.string());
}

int run_verify(const Arguments& arguments) {
  set_limits(arguments);
  refuse_network(arguments.place(0));
  const verifier::Verification verification =
      verifier::verify(arguments.place(0), arguments.place(1), arguments.text("target_file"));
  if (arguments.flag("json"))
    print(verification.to_json + "\n");
  else if (!arguments.flag("quiet"))
    print(verification_text(verification));
  return verification.accepted ? 0 : 3;
}

}  // namespace

Command verify_command() {
  return {"verify",
          "check a run's claim with arithmetic of its own",
          {{"RUN", "the folder of the run"}, {"DATA", "the table that it was fitted to"}},
          {general_section({Option::text(
              "target_file", "",
              "file of the targets (.npy), where it is not where the run found it")})},
          run_verify};
}

}  // namespace thalweg::cli
