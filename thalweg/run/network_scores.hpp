// Measures of a network's predictions, as scores.hpp has them for linear models.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "thalweg/model/network_model.hpp"
#include "thalweg/run/network_data.hpp"

namespace thalweg {

nlohmann::ordered_json scores(const NetworkModel& model, const SampleRows& rows);

// The samples with targets as the loss wants them: two labels as 0 and 1, numbers standardized.
SampleSet suited_to(const ChosenLoss& loss, SampleSet samples, double center, double scale);

}  // namespace thalweg
