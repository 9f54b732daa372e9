#include "thalweg/data/label_column.hpp"

#include <algorithm>
#include <cmath>
#include <unordered_map>

#include "thalweg/base/error.hpp"
#include "thalweg/base/text.hpp"
#include "thalweg/format/excerpt.hpp"

namespace thalweg {
namespace {

constexpr size_t most_levels = 100'000;

// Codes and sorted levels of values that compare and hash.
template <class T>
std::vector<T> sorted_levels(std::span<const T> values, std::vector<int32_t>& codes,
                             const std::string& source) {
  std::unordered_map<T, int32_t> index;
  std::vector<T> levels;
  for (const T& value : values) {
    if (!index.try_emplace(value, 0).second) continue;
    levels.push_back(value);
    if (levels.size() > most_levels)
      fail("{}: more than {} different labels; these are no classes", source, most_levels);
  }
  std::sort(levels.begin(), levels.end());
  for (size_t k = 0; k < levels.size(); ++k) index[levels[k]] = static_cast<int32_t>(k);
  codes.reserve(values.size());
  for (const T& value : values) codes.push_back(index[value]);
  return levels;
}

}  // namespace

LabelColumn label_column(std::span<const double> numbers, const std::string& source) {
  for (size_t i = 0; i < numbers.size(); ++i)
    if (!(std::abs(numbers[i]) < 0x1p53 && std::floor(numbers[i]) == numbers[i]))
      fail("{}: label {} of row {} is not a whole number; images are told apart by classes", source,
           shortest(numbers[i]), i);
  LabelColumn out;
  for (const double level : sorted_levels(numbers, out.codes, source))
    out.levels.push_back(fmt::format("{}", static_cast<int64_t>(level)));
  return out;
}

LabelColumn label_column(std::span<const std::string> texts, const std::string& source) {
  LabelColumn out;
  out.levels = sorted_levels(texts, out.codes, source);
  return out;
}

std::vector<int32_t> class_indices(const LabelColumn& labels, std::span<const std::string> classes,
                                   const std::string& source) {
  std::vector<int32_t> place;
  for (const std::string& level : labels.levels) {
    const auto found = std::find(classes.begin(), classes.end(), level);
    if (found == classes.end())
      fail("{}: label {} is none of the {} classes that are trained on{}", source, excerpt(level),
           classes.size(), suggestion(level, classes));
    place.push_back(static_cast<int32_t>(found - classes.begin()));
  }
  std::vector<int32_t> out;
  out.reserve(labels.codes.size());
  for (const int32_t code : labels.codes) out.push_back(place[static_cast<size_t>(code)]);
  return out;
}

}  // namespace thalweg
