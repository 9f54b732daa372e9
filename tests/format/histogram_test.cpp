#include "thalweg/format/histogram.hpp"

#include <gtest/gtest.h>

#include <limits>

namespace thalweg {
namespace {

// numpy.histogram([0, 1, 2, 3, 4, 4], 4): counts 1, 1, 1, 3 with edges 0, 1, 2, 3, 4, each bucket
// closed below; here they are closed above, as TensorBoard's are.
TEST(Histogram, CountsIntoBucketsClosedAbove) {
  const float values[] = {0, 1, 2, 3, 4, 4};
  const Histogram h = histogram(values, 4);
  EXPECT_EQ(h.limits, (std::vector<double>{1, 2, 3, 4}));
  EXPECT_EQ(h.counts, (std::vector<double>{2, 1, 1, 2}));
  EXPECT_EQ(h.minimum, 0);
  EXPECT_EQ(h.maximum, 4);
  EXPECT_EQ(h.count, 6);
  EXPECT_EQ(h.sum, 14);
  EXPECT_EQ(h.sum_of_squares, 46);
}

TEST(Histogram, LeavesOutWhatIsNotFinite) {
  const float infinity = std::numeric_limits<float>::infinity();
  const float values[] = {infinity, 2, -infinity, std::numeric_limits<float>::quiet_NaN()};
  const Histogram h = histogram(values);
  EXPECT_EQ(h.count, 1);
  EXPECT_EQ(h.limits, std::vector<double>{2});
  EXPECT_EQ(h.counts, std::vector<double>{1});
  EXPECT_TRUE(histogram({}).limits.empty());
}

TEST(Histogram, TheWidestRangeDoesNotOverflow) {
  const float largest = std::numeric_limits<float>::max();
  const float values[] = {-largest, 0, largest};
  const Histogram h = histogram(values, 2);
  EXPECT_EQ(h.limits, (std::vector<double>{0, static_cast<double>(largest)}));
  EXPECT_EQ(h.counts, (std::vector<double>{2, 1}));
}

}  // namespace
}  // namespace thalweg
