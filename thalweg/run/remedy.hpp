// What a detector proposes for a network, as options of fit that a rerun can be given.
#pragma once

#include <string>
#include <vector>

#include "thalweg/base/option.hpp"
#include "thalweg/monitor/finding.hpp"

namespace thalweg {

// Puts options of `fit` in the place of a finding's edits: learning_rate and clip_global_norm become
// a `method`, options of the network a `model` (its call as fitted). What would change nothing, or
// what the network has no option for, is left out.
void settle_edits(Finding& finding, const Settings& fit, const std::string& model);

}  // namespace thalweg
