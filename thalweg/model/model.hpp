// What people fit: the catalog of models, one row each.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "thalweg/base/option.hpp"
#include "thalweg/kernel/loss/loss.hpp"

namespace thalweg {

// What a prediction of the model is.
enum class Link { identity, probability, probabilities, exponential, margin };

struct ModelRow {
  std::string name;
  std::string help;
  LossKind loss;
  Link link;
  std::vector<Option> options;  // of the loss
};

std::span<const ModelRow> models();

}  // namespace thalweg
