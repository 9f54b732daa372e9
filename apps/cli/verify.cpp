// thalweg verify: the independent check of a run's claim.
#include "thalweg/certify/verifier/verify.hpp"

#include <fmt/format.h>

#include <cmath>

#include "apps/cli/commands.hpp"
#include "apps/cli/print.hpp"
#include "apps/cli/verify.hpp"
#include "thalweg/base/parallel.hpp"
#include "thalweg/base/text.hpp"

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

int run_verify(const Arguments& arguments) {
  set_threads(static_cast<int>(arguments.integer("threads")));
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
