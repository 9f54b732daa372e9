// One door to every kind of table file.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "thalweg/format/table.hpp"

namespace thalweg {

struct ReadOptions {
  std::vector<std::string> missing = {};  // further texts that mean "no value" (--missing)
  std::vector<std::string> drop = {};     // columns not to be read, by name or position (--drop)
  bool no_header = false;                 // the first row is data
  char delimiter = 0;                     // 0: found out
  std::filesystem::path target = {};      // .npy with the target of a .npy of features
};

// Reads `.csv`, `.tsv`, `.txt`, `.data` (CSV), `.svm`, `.libsvm` or no known ending whose first
// line looks like `label index:value …` (libsvm), `.npz` (arrays X, y, optionally weights and
// feature_names), `.npy`; each also with `.gz` behind it.
// Throws Error in one line: file, line and column where known, what was found, what to do.
Table read_table(const std::filesystem::path& path, const ReadOptions& options = {});

}  // namespace thalweg
