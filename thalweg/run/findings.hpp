// What a finished linear run has to be told about: conditioning, separation, rank, steps too large.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "thalweg/monitor/verdict.hpp"
#include "thalweg/objective/objective.hpp"

namespace thalweg {

// Appends to verdict.findings. `objective` is that of a linear model. `features` [columns] names the design's columns; `scaled`: numbers
// were standardized.
void add_findings(Objective& objective, std::span<const double> x,
                  std::span<const std::string> features, bool scaled, Verdict& verdict);

}  // namespace thalweg
