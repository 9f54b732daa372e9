// The parts of `fit` that `resume` and `demo` share.
#pragma once

#include <filesystem>

#include "apps/cli/flags.hpp"
#include "thalweg/run/fit.hpp"

namespace thalweg::cli {

// The options of fit by heading, from the one that is called `first` on, up to and including the
// section of `last`: data, objective, method, stopping, general.
std::vector<Section> fit_sections();

// Fits with progress on standard error.
FitReport fit_with_progress(const FitRequest& request, bool quiet);

// Prints the report as the flags ask, and returns the exit code.
int conclude(const FitReport& report, const std::filesystem::path& data,
             const Arguments& arguments);

}  // namespace thalweg::cli
