// What a detector noticed.
#pragma once

#include <string>
#include <utility>
#include <vector>

namespace thalweg {

enum class Severity { note, warning, fault };

const char* name(Severity severity);

// `evidence` are named numbers; `remedy` says in words what to change, with a number in it, or is
// empty; `edits` are the same as option=value pairs that a rerun can apply.
struct Finding {
  std::string detector;
  Severity severity = Severity::note;
  std::string where;    // column, tensor or step range
  std::string message;  // one sentence
  std::vector<std::pair<std::string, double>> evidence;
  std::string remedy;
  std::vector<std::pair<std::string, std::string>> edits;
};

}  // namespace thalweg
