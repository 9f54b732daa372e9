// The path of a linear model as the road takes it: its grid, cross-validation over it, and the
// penalty that a run is made at.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "thalweg/descent/path.hpp"
#include "thalweg/format/safetensors.hpp"
#include "thalweg/run/fit.hpp"
#include "thalweg/run/prepared_data.hpp"

namespace thalweg {

struct LinearPath {
  Path path;                    // on the training rows
  std::vector<double> mean;     // [points] held-out loss, over the folds; empty: nothing held out
  std::vector<double> error;    // [points] standard error of the mean; empty without folds
  size_t best = 0, chosen = 0;  // of the points
  std::string reason;           // why that one
};

// What `fit` asked for by --path, on prepared data: `shape` holds the bounds, and in l1 and l2 their
// ratio (0 and 0: l1 alone). Throws Error where a signal stops it.
LinearPath linear_path(const Table& table, const ChosenModel& model, const PreparedData& data,
                       const Penalty& shape, const Settings& settings, const FitObserver& observer);

// The penalty that a path starts from in its shape; Error for options that do not suit one.
Penalty path_shape(const Penalty& penalty, const Settings& settings);

// A row a point: l1, l2, nonzeros, value, gap, explained, and what was held out.
std::string path_csv(const LinearPath& path);
nlohmann::ordered_json path_json(const LinearPath& path);
// l1 and l2 [points], weight [points, (outputs,) features], intercept [points, outputs].
Safetensors path_file(const LinearPath& path, const std::vector<std::string>& features,
                      size_t outputs);

}  // namespace thalweg
