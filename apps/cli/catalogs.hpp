// Everything that can be named, read from the library's catalogs in one shape: for `list`, for
// completion and for the flags of fit.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "thalweg/base/option.hpp"

namespace thalweg::cli {

// One thing that can be named. What a catalog does not know of its rows is "".
struct Entry {
  std::string name, help, formula, guarantee, source;
  std::vector<Option> options;
};

struct Catalog {
  std::string name, help;
  std::vector<Entry> (*rows)();
};

std::span<const Catalog> catalogs();
// Throws Error that names the nearest; "method" is found as "methods".
const Catalog& find_catalog(const std::string& name);

// An option that some rows of a catalog declare, and which; where they declare it differently, as
// the first one does, with the others' defaults in its help.
struct SharedOption {
  Option option;
  std::vector<std::string> rows;
};
std::vector<SharedOption> shared_options(std::span<const Entry> rows);

}  // namespace thalweg::cli
