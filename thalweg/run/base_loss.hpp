// What a network must do better than: predicting the same for every sample.
#pragma once

#include <vector>

#include "thalweg/model/network_model.hpp"
#include "thalweg/run/network_data.hpp"

namespace thalweg {

// The loss on `samples` of the best constant prediction for the training rows; NaN where no formula
// is at hand.
double base_loss(const ChosenLoss& loss, const NetworkData& data, const SampleRows& samples,
                 const std::vector<double>& class_weights);

}  // namespace thalweg
