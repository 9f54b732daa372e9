#include "thalweg/format/table.hpp"

#include <algorithm>

#include "thalweg/base/error.hpp"
#include "thalweg/base/text.hpp"
#include "thalweg/format/excerpt.hpp"

namespace thalweg {

size_t Table::index(std::string_view name) const {
  // A column that is really called "@3" is found by its name.
  for (size_t c = 0; c < columns.size(); ++c) {
    if (columns[c].name == name) return c;
  }
  long long position;
  if (name.starts_with('@') && parse_integer(name.substr(1), position)) {
    const long long count = static_cast<long long>(columns.size());
    if (position >= 1 && position <= count) return static_cast<size_t>(position - 1);
    if (position <= -1 && position >= -count) return static_cast<size_t>(count + position);
    fail("{}: no column @{}; there are {}, from @1 (also @-{}) to @{} (also @-1)", source, position,
         count, count, count);
  }
  std::vector<std::string> names, shown;
  constexpr size_t most = 20;
  for (const Column& column : columns) {
    names.push_back(column.name);
    if (shown.size() < most) shown.push_back(excerpt(column.name));
  }
  const std::string near = nearest(name, names);
  fail("{}: no column {}{}; there are {}: {}{}", source, excerpt(name),
       near.empty() ? "" : fmt::format(" (did you mean {}?)", excerpt(near)), columns.size(),
       join(shown, ", "), columns.size() > most ? ", ..." : "");
}

}  // namespace thalweg
