// Measures of a model's predictions, those that suit its target.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "thalweg/model/linear_model.hpp"

namespace thalweg {

// Classifiers: accuracy, balanced_accuracy, roc_auc, and with probabilities log_loss, brier,
// calibration_error; "confusion" with its labels. Numbers: rmse, mae, r2, and the deviance of
// Poisson and gamma models. Also "loss": the mean loss of the model, without penalty.
nlohmann::ordered_json scores(const LinearModel& model, const Prepared& data);

// Of any model's predictions: `labels` are empty where they are numbers.
nlohmann::ordered_json scores(const Predictions& predicted, std::span<const double> target,
                              std::span<const double> weight,
                              const std::vector<std::string>& labels, double loss);

// The same as lines of text.
std::string scores_table(const nlohmann::ordered_json& scores);

}  // namespace thalweg
