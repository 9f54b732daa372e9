// Labels as they are read, before it is known which class is which.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace thalweg {

struct LabelColumn {
  std::vector<int32_t> codes;       // [rows] indices of levels
  std::vector<std::string> levels;  // distinct; whole numbers ascending, texts in order
};

// Of whole numbers. `source` is named in errors: Throws Error for one that is not whole, and for
// more than 100,000 levels.
LabelColumn label_column(std::span<const double> numbers, const std::string& source);
LabelColumn label_column(std::span<const std::string> texts, const std::string& source);

// Per row the index of its label among the classes. Throws Error for a label that is none of them.
std::vector<int32_t> class_indices(const LabelColumn& labels, std::span<const std::string> classes,
                                   const std::string& source);

}  // namespace thalweg
