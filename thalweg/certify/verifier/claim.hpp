// What a run directory claims, read from its files without believing any of it.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "thalweg/certify/verifier/fields.hpp"
#include "thalweg/certify/verifier/problem.hpp"

namespace thalweg::verifier {

struct Claim {
  std::string outcome;
  std::string kind;                            // none, fenchel, self_concordance or witness
  double tolerance = 0, bound = 0, value = 0;  // NaN where the run gives none

  Problem problem;  // without its rows
  Json recipe;
  Point point;

  std::vector<uint8_t> rows;      // [table rows]: 1 for a row of the objective; empty for kind none
  size_t training_rows = 0;       // how many of them are 1
  std::vector<double> dual;       // [training rows, outputs]; of fenchel
  size_t defining_row = 0;        // of fenchel
  std::vector<double> direction;  // [parameters]; of self_concordance and witness
  double shift = 0;               // of self_concordance

  std::filesystem::path target_file;  // how the data is to be read
  std::vector<std::string> missing, drop, categorical;
  bool no_header = false;
};

// Checks the fingerprints of the run's files, of the data and, where the run read its targets from
// a file of their own, of that one, which is `target_file` or, where that is empty, where the run
// found it; then reads the claim.
// Throws Rejection (recipe.hpp) where a fingerprint differs, Error where a file is missing, damaged
// or of a newer version.
Claim read_claim(const std::filesystem::path& run, const std::filesystem::path& data,
                 const std::filesystem::path& target_file = {});

}  // namespace thalweg::verifier
