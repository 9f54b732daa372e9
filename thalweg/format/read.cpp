#include "thalweg/format/read.hpp"

#include <algorithm>

#include "thalweg/base/error.hpp"
#include "thalweg/base/text.hpp"
#include "thalweg/format/csv.hpp"
#include "thalweg/format/gzip.hpp"

namespace thalweg {
namespace {

// The ending that says what the file is, in lower case and without a ".gz" behind it.
std::string ending(const std::filesystem::path& path) {
  std::string name = path.filename().string();
  for (char& c : name) c = static_cast<char>(c >= 'A' && c <= 'Z' ? c + 32 : c);
  if (name.ends_with(".gz")) name.resize(name.size() - 3);
  return std::filesystem::path(name).extension().string();
}

}  // namespace

Table read_table(const std::filesystem::path& path, const ReadOptions& options) {
  const std::string kind = ending(path), source = path.string();
  const Text file = read_text(path);
  ReadOptions chosen = options;
  if (kind == ".tsv" && chosen.delimiter == 0) chosen.delimiter = '\t';
  return read_csv(file.text, source, chosen);
}

}  // namespace thalweg
