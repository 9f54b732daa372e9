// Tests on sequences against SciPy's numbers and by simulation.
#include "thalweg/monitor/trend.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "thalweg/base/random.hpp"

namespace thalweg {
namespace {

TEST(Trend, QuantilesAreThoseOfSciPy) {
  // scipy.stats.t.isf(share, freedom)
  EXPECT_NEAR(t_quantile(0.05, 3), 2.353363, 0.02);
  EXPECT_NEAR(t_quantile(0.05, 10), 1.812461, 1e-4);
  EXPECT_NEAR(t_quantile(0.025, 30), 2.042272, 1e-5);
  EXPECT_NEAR(t_quantile(0.005, 14), 2.976843, 1e-3);
  EXPECT_NEAR(t_quantile(0.05, 5999), 1.645107, 1e-6);
}

TEST(Trend, SlopeIsTheLeastSquaresLine) {
  // scipy.stats.linregress(range(10), y)
  const std::vector<double> x = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9};
  const std::vector<double> y = {3.1, 2.9, 3.3, 2.2, 2.5, 1.9, 2.1, 1.7, 1.2, 1.5};
  const Estimate line = slope(x, y);
  EXPECT_NEAR(line.value, -0.21333333333333337, 1e-14);
  EXPECT_NEAR(line.error, 0.03184558704344152, 1e-14);
  EXPECT_EQ(line.freedom, 8u);
  EXPECT_TRUE(std::isnan(slope({}, {}).t));
}

TEST(Trend, PairedDifferenceIsThatOfSciPy) {
  // scipy.stats.ttest_rel(b, a)
  const std::vector<float> a = {1.0F, 2.0F, 3.0F, 4.0F, 5.0F};
  const std::vector<float> b = {1.5F, 2.25F, 3.75F, 4.0F, 5.5F};
  const Estimate d = paired_difference(a, b);
  EXPECT_NEAR(d.value, 0.4, 1e-12);
  EXPECT_NEAR(d.t, 3.1378581622109447, 1e-9);
  EXPECT_EQ(d.freedom, 4u);
  EXPECT_EQ(paired_difference(a, a).t, 0);
}

// Noise that remembers 0.3 of the step before: a falling trend is claimed in about 5 % of runs
// without one, and nearly always where there is one.
TEST(Trend, FalseAlarmsAreAsRareAsSaid) {
  int claimed = 0, settled = 0, seen = 0;
  constexpr int runs = 1000;
  for (int run = 0; run < runs; ++run) {
    Random random(9, static_cast<uint64_t>(run));
    std::vector<double> x, still, falling;
    double noise = 0;
    for (int i = 0; i < 320; ++i) {
      noise = 0.3 * noise + random.normal();
      x.push_back(i);
      still.push_back(noise);
      falling.push_back(noise - 0.005 * i);
    }
    const Estimate none = slope(x, still), some = slope(x, falling), moved = shift(still);
    claimed += none.t < -t_quantile(0.05, none.freedom);
    seen += some.t < -t_quantile(0.05, some.freedom);
    settled += std::abs(moved.t) <= t_quantile(0.025, moved.freedom);
  }
  EXPECT_NEAR(claimed, 0.06 * runs, 25);
  EXPECT_NEAR(settled, 0.94 * runs, 25);
  EXPECT_GT(seen, 0.9 * runs);
}

}  // namespace
}  // namespace thalweg
