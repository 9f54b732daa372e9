// What people read after a fit: what was prepared and chosen, the verdict, what the model says, and
// what to type next.
#pragma once

#include <filesystem>
#include <span>
#include <string>

#include "thalweg/monitor/verdict.hpp"
#include "thalweg/run/fit.hpp"

namespace thalweg::cli {

// Outcome, reason, numbers, stopping rules and findings.
std::string verdict_text(const Verdict& verdict);
// The features that move the score most, at most `count`; beside them the true coefficients
// [features], where they are known.
std::string influence_text(const FitReport& report, size_t count, std::span<const double> truth);
// All of it. `data` is named in the commands to type next.
std::string report_text(const FitReport& report, const std::filesystem::path& data,
                        std::span<const double> truth = {});

// The curve of a range test in about 20 rows, the suggestion, and the command that uses it.
std::string range_text(const RangeReport& report, const FitRequest& request);

}  // namespace thalweg::cli
