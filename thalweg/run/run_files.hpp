// The files of a run directory: written whole, read strictly.
#pragma once

#include <filesystem>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "thalweg/base/option.hpp"
#include "thalweg/model/linear_model.hpp"
#include "thalweg/monitor/certificate.hpp"

namespace thalweg {

struct RunPaths {
  explicit RunPaths(std::filesystem::path folder);
  std::filesystem::path folder, run, model, certificate, checkpoint, verdict;
  std::filesystem::path path, path_table;  // of a run along a path of penalties
};

// The newest event file of a run, or "".
std::filesystem::path find_event_file(const std::filesystem::path& folder);

// Files of a run that a killed process had begun beside their places: no part of the run.
std::vector<std::filesystem::path> unfinished_files(const std::filesystem::path& folder);

// Throws Error unless a run may be made in `run`: nothing is there, or what a killed process left,
// or another run that may be overwritten.
void check_place(const std::filesystem::path& run, bool overwrite);
void remove_events(const std::filesystem::path& run);
void remove_unfinished(const std::filesystem::path& run);
// Removes what an earlier run left, but for run.json.
void clear_place(const std::filesystem::path& run);

// run.json: what was asked, as option texts that Settings reads back.
nlohmann::ordered_json settings_to_json(const Settings& settings);
void settings_from_json(const nlohmann::ordered_json& json, Settings& settings,
                        const std::string& source);

// Parsed strictly; Error in one line where it is damaged or of a newer version.
nlohmann::ordered_json read_json(const std::filesystem::path& path);

void write_json(const std::filesystem::path& path, const nlohmann::ordered_json& json);

// The text at `key`; Error where there is none.
std::string text_of(const nlohmann::ordered_json& json, const char* key,
                    const std::filesystem::path& source);

void write_certificate(const std::filesystem::path& path, const Certificate& certificate,
                       std::span<const uint8_t> training_rows, size_t outputs);

// Error where there is no run, or it has no model yet.
Safetensors read_model_file(const std::filesystem::path& run);
LinearModel read_model(const std::filesystem::path& run);

}  // namespace thalweg
