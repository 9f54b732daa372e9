// What a finished run's model says of other data.
#pragma once

#include <filesystem>
#include <string>

#include "thalweg/model/linear_model.hpp"

namespace thalweg {

// CSV text with a header: for labels `prediction,p(LABEL),…` (margins: `prediction,score`), for
// numbers `prediction`; one line a row of the data.
std::string predict_csv(const std::filesystem::path& run, const std::filesystem::path& data);

struct Evaluation {
  std::string rows;  // "all", "training" or "validation"
  size_t count = 0;
  std::string json;   // object of metrics, confusion matrix included
  std::string table;  // the same as lines of text for people
};

// `rows`: all, training or validation (of the data that the run was fitted on), or "" for
// validation where this is that data and the run kept some back, else all. `target_file`: of the
// rows of a `.npy`; "" for that of the run where `data` is what it was fitted on.
Evaluation evaluate(const std::filesystem::path& run, const std::filesystem::path& data,
                    const std::string& rows, const std::filesystem::path& target_file = {});

}  // namespace thalweg
