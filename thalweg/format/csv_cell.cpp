#include "thalweg/format/csv_cell.hpp"

#include <algorithm>
#include <cmath>

#include "thalweg/base/text.hpp"

namespace thalweg {

bool unquote(std::string_view& cell, std::string& storage, CsvCursor::Quotes quotes) {
  if (cell.empty() || cell.front() != '"') {
    return quotes == CsvCursor::Quotes::exact || cell.find('"') == std::string_view::npos;
  }
  if (cell.size() < 2 || cell.back() != '"') return false;
  const std::string_view inner = cell.substr(1, cell.size() - 2);
  if (inner.find('"') == std::string_view::npos) {
    cell = trim(inner);
    return true;
  }
  storage.clear();
  for (size_t i = 0; i < inner.size(); ++i) {
    storage += inner[i];
    if (inner[i] == '"' && (++i == inner.size() || inner[i] != '"')) return false;
  }
  cell = trim(storage);
  return true;
}

MissingTokens::MissingTokens(const std::vector<std::string>& further)
    : tokens_{"", "NA", "N/A", "n/a", "NaN", "nan", "null", "NULL", "None", "?"} {
  for (const std::string& token : further) {
    double value;
    tokens_.emplace_back(trim(token));
    numeric_ = numeric_ || cell_number(tokens_.back(), value) == CellNumber::number;
  }
  for (const std::string& token : tokens_) {
    lengths_ |= uint64_t{1} << std::min<size_t>(token.size(), 63);
  }
}

bool MissingTokens::among(std::string_view cell) const {
  return std::any_of(tokens_.begin(), tokens_.end(),
                     [&](const std::string& token) { return token == cell; });
}

CellNumber cell_number(std::string_view cell, double& value) {
  if (!parse_number(cell, value)) return CellNumber::not_a_number;
  return std::isfinite(value) ? CellNumber::number : CellNumber::not_finite;
}

}  // namespace thalweg
