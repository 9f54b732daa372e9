#include "thalweg/base/text.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace thalweg {
namespace {

TEST(Text, EditDistanceCountsASwapOnce) {
  EXPECT_EQ(edit_distance("tenure", "tenure"), 0);
  EXPECT_EQ(edit_distance("tenrue", "tenure"), 1);
  EXPECT_EQ(edit_distance("kitten", "sitting"), 3);
}

TEST(Text, NearestRefusesWhatIsFar) {
  const std::vector<std::string> candidates = {"Churn", "tenure"};
  EXPECT_EQ(nearest("churm", candidates), "Churn");
  EXPECT_EQ(nearest("zebra crossing", candidates), "");
}

TEST(Text, ParseNumberTakesTheWholeText) {
  double value = 0;
  EXPECT_TRUE(parse_number(" 1.5e3 ", value));
  EXPECT_EQ(value, 1500);
  EXPECT_TRUE(parse_number("+.5", value));
  EXPECT_FALSE(parse_number("1.5x", value));
  EXPECT_FALSE(parse_number("", value));
  EXPECT_FALSE(parse_number("++1", value));
}

TEST(Text, ShortestReadsBack) {
  EXPECT_EQ(shortest(0.1), "0.1");
  EXPECT_EQ(shortest(1.0 / 3), "0.3333333333333333");
}

TEST(Text, GroupedByThousands) {
  EXPECT_EQ(grouped(0), "0");
  EXPECT_EQ(grouped(999), "999");
  EXPECT_EQ(grouped(7043), "7,043");
  EXPECT_EQ(grouped(1234567), "1,234,567");
}

}  // namespace
}  // namespace thalweg
