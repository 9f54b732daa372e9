// verdict.json: the verdict as other programs read it. Schema: docs/format/verdict.md.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "thalweg/certify/standard_errors.hpp"
#include "thalweg/monitor/verdict.hpp"

namespace thalweg {

// What verdict.json says of the run beside the verdict. Seconds of wall time.
struct RunSummary {
  std::string model, method;
  double read = 0, prepare = 0, descent = 0, total = 0;  // descent: certificates included
};

// Without fingerprints and digest. Numbers that are not finite become the texts "inf", "-inf", "nan".
nlohmann::ordered_json to_json(const Verdict& verdict, const RunSummary& run);

// Of a formula's parameters: {name: {value, standard_error, t, low, high}}, and what they rest on.
nlohmann::ordered_json to_json(const std::vector<std::string>& names, const Estimates& estimates);

// The text of verdict.json with its digest filled in: SHA-256 of the text with the digest's 64
// characters as zeros.
std::string with_digest(nlohmann::ordered_json verdict);

}  // namespace thalweg
