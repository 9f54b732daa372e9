#include "thalweg/data/split.hpp"

#include <algorithm>
#include <cmath>

#include "thalweg/base/error.hpp"
#include "thalweg/base/random.hpp"

namespace thalweg {
namespace {

constexpr uint64_t split_stream = 1, fold_stream = 2;

struct Draw {
  int32_t stratum;
  uint64_t key;
  size_t row;
  bool operator<(const Draw& other) const {
    if (stratum != other.stratum) return stratum < other.stratum;
    return key != other.key ? key < other.key : row < other.row;
  }
};

// The rows that take part, by class, each class in random order.
std::vector<Draw> shuffled(size_t rows, std::span<const int32_t> classes, uint64_t seed,
                           uint64_t stream) {
  std::vector<Draw> draws;
  draws.reserve(rows);
  for (size_t i = 0; i < rows; ++i) {
    const int32_t stratum = classes.empty() ? 0 : classes[i];
    if (stratum >= 0) draws.push_back({stratum, Random(seed, stream, i).bits(), i});
  }
  std::sort(draws.begin(), draws.end());
  return draws;
}

}  // namespace

std::vector<uint8_t> training_mask(size_t rows, std::span<const int32_t> classes,
                                   double validation_fraction, uint64_t seed) {
  if (!(validation_fraction > 0 && validation_fraction < 1))
    fail("validation: {} is not a share of the rows; expected a number above 0 and below 1",
         validation_fraction);
  const std::vector<Draw> draws = shuffled(rows, classes, seed, split_stream);
  std::vector<uint8_t> mask(rows);
  size_t validation = 0;
  for (size_t begin = 0, end = 0; begin < draws.size(); begin = end) {
    while (end < draws.size() && draws[end].stratum == draws[begin].stratum) ++end;
    const size_t size = end - begin;
    const double share = std::round(static_cast<double>(size) * validation_fraction);
    const size_t taken = size < 2 ? 0 : std::clamp<size_t>(static_cast<size_t>(share), 1, size - 1);
    validation += taken;
    for (size_t k = begin + taken; k < end; ++k) mask[draws[k].row] = 1;
  }
  if (validation == 0)
    fail("validation: {} rows are too few to set some aside; leave out --validation", draws.size());
  return mask;
}

std::vector<uint32_t> marked_rows(std::span<const uint8_t> mask, uint8_t mark) {
  std::vector<uint32_t> out;
  for (size_t i = 0; i < mask.size(); ++i)
    if (mask[i] == mark) out.push_back(static_cast<uint32_t>(i));
  return out;
}

std::vector<int32_t> k_folds(size_t rows, std::span<const int32_t> classes, int folds,
                             uint64_t seed) {
  const std::vector<Draw> draws = shuffled(rows, classes, seed, fold_stream);
  if (folds < 2) fail("folds: {} found; expected at least 2", folds);
  if (draws.size() < static_cast<size_t>(folds))
    fail("folds: {} folds of {} rows; choose at most as many folds as rows", folds, draws.size());
  std::vector<int32_t> out(rows, -1);
  // Dealt in turn, going on from class to class.
  for (size_t k = 0; k < draws.size(); ++k)
    out[draws[k].row] = static_cast<int32_t>(k % static_cast<size_t>(folds));
  return out;
}

}  // namespace thalweg
