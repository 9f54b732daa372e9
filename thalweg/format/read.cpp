#include "thalweg/format/read.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <unordered_map>
#include <utility>

#include "thalweg/base/error.hpp"
#include "thalweg/base/text.hpp"
#include "thalweg/format/csv.hpp"
#include "thalweg/format/gzip.hpp"
#include "thalweg/format/libsvm.hpp"
#include "thalweg/format/npy.hpp"

namespace thalweg {
namespace {

// The ending that says what the file is, in lower case and without a ".gz" behind it.
std::string ending(const std::filesystem::path& path) {
  std::string name = path.filename().string();
  for (char& c : name) c = static_cast<char>(c >= 'A' && c <= 'Z' ? c + 32 : c);
  if (name.ends_with(".gz")) name.resize(name.size() - 3);
  return std::filesystem::path(name).extension().string();
}

Table read_numpy(const Text& features, const std::string& source,
                 const std::filesystem::path& target_path) {
  if (target_path.empty()) return read_npy(features.text, source, {}, "", features.storage);
  const Text target = read_text(target_path);
  auto both = std::make_shared<const std::pair<Text, Text>>(features, target);
  return read_npy(features.text, source, target.text, target_path.string(), both);
}

// A column of numbers as one of texts.
void write_out(Column& column, size_t rows) {
  std::unordered_map<double, int32_t> codes;
  column.codes.assign(rows, -1);
  for (size_t i = 0; i < rows; ++i) {
    const double v = column.number(i);
    if (std::isnan(v)) continue;
    const auto [at, first] = codes.emplace(v, static_cast<int32_t>(codes.size()));
    if (first) column.levels.push_back(shortest(v));
    column.codes[i] = at->second;
  }
  column.kind = Column::Kind::text;
  column.numbers = nullptr;
  column.integral = false;
}

Table read_any(const std::filesystem::path& path, const ReadOptions& options) {
  const std::string kind = ending(path), source = path.string();
  const Text file = read_text(path);
  if (kind == ".npy") return read_numpy(file, source, options.target);
  if (!options.target.empty()) {
    fail("{}: a file of targets, {}, was given, which only a .npy of features takes; name a column",
         source, options.target.string());
  }
  if (kind == ".npz") return read_npz(file.text, source, file.storage);
  constexpr std::array separated = {".csv", ".tsv", ".txt", ".data"};
  const bool is_csv = std::find(separated.begin(), separated.end(), kind) != separated.end();
  if (kind == ".svm" || kind == ".libsvm" || (!is_csv && looks_like_libsvm(file.text))) {
    return read_libsvm(file.text, source);
  }
  ReadOptions chosen = options;
  if (kind == ".tsv" && chosen.delimiter == 0) chosen.delimiter = '\t';
  return read_csv(file.text, source, chosen);
}

}  // namespace

std::vector<size_t> columns_of(const Table& table, const std::vector<std::string>& names,
                               const ReadOptions& options) {
  std::vector<size_t> found;
  for (const std::string& name : names) {
    const auto named = [&](const Column& column) { return column.name == name; };
    if (!options.names_only || std::any_of(table.columns.begin(), table.columns.end(), named))
      found.push_back(table.index(name));
  }
  return found;
}

Table read_table(const std::filesystem::path& path, const ReadOptions& options) {
  Table table = read_any(path, options);
  for (const size_t c : columns_of(table, options.categorical, options))
    if (table.columns[c].kind == Column::Kind::number) write_out(table.columns[c], table.rows);
  return table;
}

}  // namespace thalweg
