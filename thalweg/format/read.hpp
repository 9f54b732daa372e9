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
  // Columns read as texts whatever they hold, by name or position (--categorical). A number that is
  // stored as such (NumPy, libsvm) becomes the shortest text that reads back to it.
  std::vector<std::string> categorical = {};
  bool names_only = false;  // drop and categorical: names; one that is not there is passed over
  bool no_header = false;   // the first row is data
  char delimiter = 0;       // 0: found out
  std::filesystem::path target = {};  // .npy with the target of a .npy of features
};

// The columns that `names`, which are those of drop or categorical, mean.
// Throws Error for one that is not there, unless options.names_only.
std::vector<size_t> columns_of(const Table& table, const std::vector<std::string>& names,
                               const ReadOptions& options);

// Reads `.csv`, `.tsv`, `.txt`, `.data` (CSV), `.svm`, `.libsvm` or no known ending whose first
// line looks like `label index:value …` (libsvm), `.npz` (arrays X, y, optionally weights and
// feature_names), `.npy`; each also with `.gz` behind it.
// Throws Error in one line: file, line and column where known, what was found, what to do.
Table read_table(const std::filesystem::path& path, const ReadOptions& options = {});

}  // namespace thalweg
