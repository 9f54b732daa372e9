#include "thalweg/data/split.hpp"

#include <gtest/gtest.h>

#include <numeric>

#include "thalweg/base/error.hpp"

namespace thalweg {
namespace {

// Rows of each class that validate.
std::vector<size_t> validating(const std::vector<uint8_t>& mask,
                               const std::vector<int32_t>& classes, size_t count) {
  std::vector<size_t> out(count);
  for (size_t i = 0; i < mask.size(); ++i)
    if (classes[i] >= 0 && mask[i] == 0) ++out[classes[i]];
  return out;
}

TEST(Split, EachClassGivesItsRoundedShare) {
  std::vector<int32_t> classes;
  for (int i = 0; i < 103; ++i) classes.push_back(0);
  for (int i = 0; i < 7; ++i) classes.push_back(1);
  for (int i = 0; i < 2; ++i) classes.push_back(2);
  classes.push_back(3);
  classes.push_back(-1);
  const std::vector<uint8_t> mask = training_mask(classes.size(), classes, 0.2, 5);
  // round(20.6), round(1.4), at least one, a single row trains
  EXPECT_EQ(validating(mask, classes, 4), (std::vector<size_t>{21, 1, 1, 0}));
  EXPECT_EQ(mask.back(), 0);
  EXPECT_EQ(mask, training_mask(classes.size(), classes, 0.2, 5));
  EXPECT_NE(mask, training_mask(classes.size(), classes, 0.2, 6));
}

TEST(Split, PlainSplitIsUniform) {
  // How often each of 10 rows validates in 20,000 seeds: binomial(20000, 0.3), sd 65.
  std::vector<int> counts(10);
  for (uint64_t seed = 0; seed < 20000; ++seed) {
    const std::vector<uint8_t> mask = training_mask(10, {}, 0.3, seed);
    EXPECT_EQ(std::accumulate(mask.begin(), mask.end(), 0), 7);
    for (size_t i = 0; i < 10; ++i) counts[i] += mask[i] == 0;
  }
  for (const int count : counts) EXPECT_NEAR(count, 6000, 5 * 65);
}

TEST(Split, FoldsAreBalancedAndCoverEveryRow) {
  std::vector<int32_t> classes;
  for (int i = 0; i < 50; ++i) classes.push_back(i % 7 == 0 ? -1 : i % 3);
  const std::vector<int32_t> folds = k_folds(classes.size(), classes, 4, 1);
  std::vector<std::vector<int>> counts(4, std::vector<int>(3));
  std::vector<int> sizes(4);
  for (size_t i = 0; i < folds.size(); ++i) {
    ASSERT_EQ(folds[i] < 0, classes[i] < 0);
    if (folds[i] < 0) continue;
    ++counts[folds[i]][classes[i]];
    ++sizes[folds[i]];
  }
  for (int c = 0; c < 3; ++c) {
    const auto [low, high] = std::minmax({counts[0][c], counts[1][c], counts[2][c], counts[3][c]});
    EXPECT_LE(high - low, 1);
  }
  const auto [low, high] = std::minmax_element(sizes.begin(), sizes.end());
  EXPECT_LE(*high - *low, 1);
}

TEST(Split, Refusals) {
  EXPECT_THROW(training_mask(10, {}, 0, 1), Error);
  EXPECT_THROW(training_mask(10, {}, 1, 1), Error);
  EXPECT_THROW(training_mask(1, {}, 0.5, 1), Error);
  const std::vector<int32_t> singles = {0, 1, 2};
  EXPECT_THROW(training_mask(3, singles, 0.5, 1), Error);
  EXPECT_THROW(k_folds(10, {}, 1, 1), Error);
  EXPECT_THROW(k_folds(3, {}, 4, 1), Error);
}

TEST(Split, MarkedRowsAscend) {
  const std::vector<uint8_t> mask = {1, 0, 1, 1, 0};
  EXPECT_EQ(marked_rows(mask, 1), (std::vector<uint32_t>{0, 2, 3}));
  EXPECT_EQ(marked_rows(mask, 0), (std::vector<uint32_t>{1, 4}));
}

}  // namespace
}  // namespace thalweg
