// The independent check of a run: re-reads the data, applies the stored recipe with its own code,
// evaluates the certificate's bound in double-double and compares it with what the run claims. It
// shares the parsers (format/) and base/ with the rest of thalweg and nothing else; see
// docs/format/certificate.md for what is proved.
#pragma once

#include <filesystem>
#include <string>

namespace thalweg::verifier {

struct Verification {
  bool accepted = false;
  std::string reason;  // one sentence: what is proved, or why the claim does not hold
  std::string outcome, kind;
  // Recomputed, NaN where it did not come to that; `bound` is on P - inf P, rounding counted in.
  double value, bound, scale, relative;
  double claimed_bound;
  size_t rows = 0;      // of the objective
  std::string to_json;  // all of these; numbers that are not finite are null
};

// Checks that the files of `run` and the data are those of the verdict, then its claim.
// Throws Error, in one line, where something cannot be read: a file that is missing, damaged or
// made by a newer version, data that lacks what the recipe needs. Cost: one pass over the data and
// O(rows features outputs) after it; with a self_concordance certificate O(rows (features
// outputs)^2).
// `target_file`: where the targets are now, of a run that read them from a file of their own; empty
// for where it found them.
Verification verify(const std::filesystem::path& run, const std::filesystem::path& data,
                    const std::filesystem::path& target_file = {});

}  // namespace thalweg::verifier
