// Against numpy (values in comments made by numpy 1.24: np.mean, np.std, np.median).
#include "thalweg/data/number_summary.hpp"

#include <gtest/gtest.h>

#include "tests/data/tables.hpp"
#include "thalweg/base/random.hpp"

namespace thalweg {
namespace {

using testing::missing;
using testing::TableMaker;

NumberSummary one(const std::vector<double>& values, std::span<const uint8_t> mask = {}) {
  const Table table = TableMaker().numbers("a", values).make();
  const Column* column = &table.columns[0];
  return summarize(std::span(&column, 1), table.rows, mask)[0];
}

TEST(NumberSummary, SmallColumns) {
  const NumberSummary s = one({3, missing, 1, 4, 1, 5});
  EXPECT_EQ(s.missing, 1u);
  EXPECT_EQ(s.count, 5u);
  EXPECT_EQ(s.minimum, 1);
  EXPECT_EQ(s.maximum, 5);
  EXPECT_DOUBLE_EQ(s.mean, 2.8);
  EXPECT_DOUBLE_EQ(s.deviation, 1.6);
  EXPECT_FALSE(s.two_valued);
  EXPECT_TRUE(one({3, missing, 1, 1}).two_valued);
  EXPECT_FALSE(one({3, 3}).two_valued);
  EXPECT_EQ(one({missing, missing}).count, 0u);
  const std::vector<uint8_t> mask = {1, 0, 1, 0};
  EXPECT_DOUBLE_EQ(one({3, 100, 5, 100}, mask).mean, 4);
  EXPECT_TRUE(one({3, 100, 5, 100}, mask).two_valued);
}

TEST(NumberSummary, ConstantColumnsHaveNoDeviation) {
  const NumberSummary s = one(std::vector<double>(10000, 0.1));
  EXPECT_EQ(s.mean, 0.1);
  EXPECT_EQ(s.deviation, 0);
}

TEST(NumberSummary, LargeOffsetsKeepTheDeviation) {
  std::vector<double> values;
  for (int i = 0; i < 50000; ++i) values.push_back(1e9 + (i % 3));
  const NumberSummary s = one(values);
  // exact: counts 16667, 16667, 16666
  EXPECT_NEAR(s.mean - 1e9, 0.99998, 1e-6);
  EXPECT_NEAR(s.deviation, 0.8164929, 1e-6);
}

TEST(NumberSummary, TwoValuesInDifferentBlocks) {
  std::vector<double> values(20000, 1.0);
  values[15000] = 2;
  EXPECT_TRUE(one(values).two_valued);
  values[3] = 1.5;
  EXPECT_FALSE(one(values).two_valued);
}

TEST(NumberSummary, AnyMagnitude) {
  NumberSummary s = one({1e300, -1e300, 1e300, -1e300});
  EXPECT_EQ(s.mean, 0);
  EXPECT_DOUBLE_EQ(s.deviation / 1e300, 1);
  s = one({1.7e308, 1.7e308, 1.5e308});
  EXPECT_NEAR(s.mean / 1e308, 4.9 / 3, 1e-15);
  EXPECT_NEAR(s.deviation / 1e308, 0.0942809041582063, 1e-14);
  s = one({1e-300, 3e-300});
  EXPECT_DOUBLE_EQ(s.deviation / 1e-300, 1);
}

TEST(NumberSummary, Median) {
  const Table table = TableMaker()
                          .numbers("odd", {5, 1, missing, 3})
                          .numbers("even", {5, 1, 2, 3})
                          .numbers("none", {missing, missing, missing, missing})
                          .make();
  EXPECT_EQ(median(table.columns[0], 4, {}), 3);
  EXPECT_EQ(median(table.columns[1], 4, {}), 2.5);
  EXPECT_TRUE(std::isnan(median(table.columns[2], 4, {})));
  const std::vector<uint8_t> mask = {1, 1, 0, 0};
  EXPECT_EQ(median(table.columns[1], 4, mask), 3);
}

}  // namespace
}  // namespace thalweg
