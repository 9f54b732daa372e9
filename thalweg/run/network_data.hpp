// From files to what a network is trained on: images or a table, split, with the recipe learned.
#pragma once

#include <future>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "thalweg/data/samples.hpp"
#include "thalweg/format/read.hpp"
#include "thalweg/run/fit.hpp"

namespace thalweg {

// Samples, and which of them are meant.
struct SampleRows {
  SampleSet samples;
  std::vector<uint32_t> rows;

  std::vector<double> targets() const;  // [rows] classes or numbers, as the data have them
  std::vector<double> weights() const;  // [rows], or empty
};

struct NetworkData {
  SampleRows training;
  std::optional<SampleRows> validation, test;
  std::variant<Recipe, ImageRecipe> recipe;
  std::vector<std::string> labels;     // empty: numbers
  std::vector<uint8_t> training_rows;  // [rows] 1: trained on
  size_t rows = 0;
  double target_center = 0, target_scale = 1;  // of numbers, which are trained on standardized
  std::shared_future<std::string> fingerprint;
  std::string target_fingerprint;              // of a file of targets, else empty
  std::vector<std::string> drop, categorical;  // the columns asked for, by name
  std::shared_ptr<const void> storage;

  bool images() const { return std::holds_alternative<ImageRecipe>(recipe); }
};

// The share that is held out where nothing is said.
inline constexpr double default_validation = 0.1;

NetworkData load_network_data(const FitRequest& request);

enum class Part : uint8_t { whole, test };  // of images that come in two parts

// Samples of other data, as a model's recipe prepares them; `storage` keeps them.
struct AppliedData {
  SampleRows all;
  std::vector<size_t> table_rows;  // of a table: the rows taken; empty: all
  size_t count = 0;                // rows of the data
  Part part = Part::whole;         // which it is
  std::shared_future<std::string> fingerprint;
  std::shared_ptr<const void> storage;
};
AppliedData apply_recipe(const std::variant<Recipe, ImageRecipe>& recipe,
                         const std::filesystem::path& data, const ReadOptions& read, bool labeled,
                         Part part = Part::whole);

}  // namespace thalweg
