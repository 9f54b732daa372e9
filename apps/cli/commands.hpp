// The commands of the program, and the one place where exceptions become exit codes.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "apps/cli/flags.hpp"

namespace thalweg::cli {

// One function a command, in the file of its name; the declaration of the command with it.
Command fit_command();
Command predict_command();
Command evaluate_command();
Command verify_command();
Command resume_command();
Command list_command();
Command minimize_command();
Command demo_command();
Command completion_command();

std::span<const Command> commands();
// Throws Error that names the nearest command.
const Command& find_command(const std::string& name);

// Runs `thalweg words…`: 0 or 3 by the verdict, 2 for bad usage or input, 1 for a fault of the
// program; these two with one line on standard error.
int run(const std::vector<std::string>& words);

}  // namespace thalweg::cli
