// Feeds a text to the CSV reader, and checks that the chunk that it is read in changes nothing.
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <optional>
#include <string>

#include "thalweg/base/error.hpp"
#include "thalweg/base/parallel.hpp"
#include "thalweg/format/csv.hpp"

namespace {

using thalweg::Column;
using thalweg::Table;

// The table, or the message of its error.
std::optional<Table> read(std::string_view text, const thalweg::ReadOptions& options, size_t chunk,
                          std::string& message) {
  try {
    return thalweg::read_csv(text, "fuzz.csv", options, chunk);
  } catch (const thalweg::Error& error) {
    message = error.what();
    if (message.empty() || message.size() > 4000 || message.find('\n') != std::string::npos) {
      std::abort();
    }
    return std::nullopt;
  }
}

bool same(const Table& a, const Table& b) {
  if (a.rows != b.rows || a.columns.size() != b.columns.size()) return false;
  for (size_t c = 0; c < a.columns.size(); ++c) {
    const Column &x = a.columns[c], &y = b.columns[c];
    if (x.name != y.name || x.kind != y.kind || x.missing != y.missing || x.codes != y.codes ||
        x.levels != y.levels || x.integral != y.integral) {
      return false;
    }
    if (x.kind == Column::Kind::number &&
        std::memcmp(x.numbers, y.numbers, a.rows * sizeof(double)) != 0) {
      return false;
    }
  }
  return true;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  thalweg::set_threads(1);
  // The first byte chooses the options.
  const uint8_t choice = size > 0 ? data[0] : 0;
  thalweg::ReadOptions options;
  options.no_header = (choice & 1) != 0;
  options.delimiter = "\0;\t "[choice >> 1 & 3];
  if ((choice & 8) != 0) options.missing = {"-999", "gone"};
  if ((choice & 16) != 0) options.drop = {"@1"};
  const std::string text(reinterpret_cast<const char*>(data) + (size > 0), size - (size > 0));
  std::string message, other;
  const auto whole = read(text, options, size_t{1} << 20, message);
  const auto pieces = read(text, options, 7 + (choice >> 5) * 9, other);
  if (whole.has_value() != pieces.has_value() || message != other) std::abort();
  if (whole && !same(*whole, *pieces)) std::abort();
  return 0;
}
