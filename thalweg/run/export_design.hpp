// The very problem that is solved, for other tools to solve.
#pragma once

#include <filesystem>
#include <span>
#include <string>

#include "thalweg/data/recipe.hpp"

namespace thalweg {

// Writes a .npz of `X` [rows, features] as float64, sparse rows made dense, `y` [rows], `weights`
// [rows] where there are any, and `feature_names` [features]. Throws Error where it cannot be
// written; an earlier file is then as it was.
void export_design(const std::filesystem::path& path, const Prepared& data,
                   std::span<const std::string> features);

}  // namespace thalweg
