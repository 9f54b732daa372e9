// Catalogs: plain arrays of rows, one row for each thing that a user can name.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "thalweg/base/error.hpp"
#include "thalweg/base/option.hpp"
#include "thalweg/base/text.hpp"

namespace thalweg {

// A Row has at least `name`, `help` (one line) and `options`.
template <class Row>
std::vector<std::string> names(std::span<const Row> rows) {
  std::vector<std::string> out;
  for (const Row& row : rows) out.emplace_back(row.name);
  return out;
}

// The row called `name`. Throws Error that names the catalog, the nearest name and all names.
template <class Row>
const Row& find(std::span<const Row> rows, std::string_view catalog, std::string_view name) {
  for (const Row& row : rows)
    if (row.name == name) return row;
  const std::vector<std::string> all = names(rows);
  fail("{}: no \"{}\"{}; there are {}", catalog, name.substr(0, 80), suggestion(name, all),
       join(all, ", "));
}

// The row's options at their defaults, with the call's arguments set.
template <class Row>
Settings settings(const Row& row, std::string_view catalog, const Call& call) {
  Settings out(fmt::format("{} {}", catalog, row.name), row.options);
  for (const auto& [name, text] : call.arguments) out.set(name, text);
  return out;
}

}  // namespace thalweg
