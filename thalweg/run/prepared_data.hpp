// From a file to what is minimized: the table read, the rows split, the recipe learned and applied.
#pragma once

#include <filesystem>
#include <functional>
#include <future>
#include <optional>
#include <string>
#include <vector>

#include "thalweg/base/option.hpp"
#include "thalweg/data/recipe.hpp"
#include "thalweg/format/read.hpp"
#include "thalweg/kernel/linear.hpp"
#include "thalweg/model/model.hpp"

namespace thalweg {

struct LoadedData {
  Table table;
  std::shared_future<std::string> fingerprint;  // SHA-256 of the file's bytes, on its way
  std::string target_fingerprint;               // of the file of targets; "" where there is none
};

// Reads the file and starts on its fingerprint in a thread of its own (0.1 s for 160 MB, as long as
// reading and preparing them). Throws Error as read_table does.
LoadedData load(const std::filesystem::path& data, const ReadOptions& options);

// What the settings of fit say about reading.
ReadOptions read_options(const Settings& settings);

// The model that the settings ask for, or the one that suits the target.
struct ChosenModel {
  ModelRow row;
  Loss loss;
  std::string call;    // such as huber(delta=2)
  std::string reason;  // "" where it was asked for
};
ChosenModel choose_model(const Table& table, const Settings& settings);

struct PreparedData {
  Recipe recipe;
  std::vector<uint8_t> training_rows;  // [table rows] 1: in the objective
  Prepared training;
  std::optional<Prepared> validation;
  size_t outputs = 1;
};

// Per row 1 where it may take part; with validation and classes as in data/split.
struct Split {
  std::vector<uint8_t> usable, training;  // [table rows]
};
Split split_rows(const Table& table, const ChosenModel& model, const Settings& settings);

// Learns the recipe on `training` and applies it to that and, where there are any, to the other
// usable rows.
PreparedData prepare(const Table& table, const ChosenModel& model, const Settings& settings,
                     const std::vector<uint8_t>& usable, const std::vector<uint8_t>& training);

// Prepares for each fold in turn: the others train, it validates.
void each_fold(const Table& table, const ChosenModel& model, const Settings& settings,
               const std::function<void(long long fold, const PreparedData& data)>& body);

// What an objective takes of prepared data, which must outlive it.
Samples samples_of(const Prepared& data, const ChosenModel& model, size_t outputs);

// The names of columns that were named or counted, so that they are found in other tables too.
std::vector<std::string> names_of(const Table& table, const std::vector<std::string>& columns);

}  // namespace thalweg
