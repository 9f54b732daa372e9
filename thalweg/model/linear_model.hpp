// A fitted linear model with the recipe of its data: saved, loaded, and asked for predictions.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "thalweg/data/recipe.hpp"
#include "thalweg/format/safetensors.hpp"
#include "thalweg/model/model.hpp"
#include "thalweg/objective/penalty.hpp"

namespace thalweg {

struct LinearModel {
  std::string name;  // row of models()
  Loss loss;
  Penalty penalty;  // that it was fitted with
  size_t outputs = 1;
  Recipe recipe;
  std::vector<std::string> features;  // [columns]
  std::vector<double> parameters;     // weights [outputs, columns], then intercepts [outputs]
};

// The file format of docs/format/run.md.
Safetensors to_safetensors(const LinearModel& model);
// Throws Error in one line where the file is not a model, is damaged, or is of a newer version.
LinearModel model_from_safetensors(const Safetensors& file, const std::string& source);

// Predictions of a model: scores z [rows, outputs], and what they mean.
struct Predictions {
  std::vector<double> scores;         // [rows, outputs]
  std::vector<double> probabilities;  // [rows, labels], empty where the model has none
  std::vector<double> values;         // [rows] expected values or classes as 0, 1, …
};
Predictions predict(const LinearModel& model, const Design& design);

// Of each feature |w_j| times the standard deviation of its column (largest over outputs): how much
// it moves the score in this data. Of more than 10,000 rows 5,000 are looked at.
std::vector<double> influence(const LinearModel& model, const Design& design);

}  // namespace thalweg
