// How a CSV text is to be read, found out from its first rows.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "thalweg/format/csv_scan.hpp"
#include "thalweg/format/read.hpp"

namespace thalweg {

struct CsvDialect {
  CsvSyntax syntax;
  bool has_header = false;
  std::vector<std::string> names;  // [columns], "column N" where the file gives none
  std::vector<bool> texts;         // [columns], true where the first rows hold texts and no number
  size_t data = 0;                 // where the first data row begins
};

// `text` without byte order mark. Rows are looked at up to 200, or 1 MB of them.
CsvDialect detect_csv(std::string_view text, const ReadOptions& options, char quote);

}  // namespace thalweg
