#include "thalweg/objective/penalty.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

namespace thalweg {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

TEST(Penalty, SmoothAndBounded) {
  EXPECT_TRUE(Penalty{}.smooth());
  EXPECT_TRUE((Penalty{.l2 = 1}.smooth()));
  EXPECT_FALSE((Penalty{.l1 = 1e-300}.smooth()));
  EXPECT_FALSE((Penalty{.lower = 0}.smooth()));
  EXPECT_TRUE((Penalty{.upper = 0}.bounded()));
  EXPECT_FALSE((Penalty{.l1 = 1}.bounded()));
}

// The subdifferential is an interval; its point nearest to zero by trying all slopes of a grid.
TEST(Penalty, MinimalSubgradientIsNearestToZero) {
  for (double l1 : {0.0, 0.5})
    for (double x : {-1.0, -0.25, 0.0, 0.25, 1.0})
      for (double g : {-2.0, -0.5, -0.125, 0.0, 0.125, 0.5, 2.0}) {
        const Penalty penalty{.l1 = l1, .lower = -1, .upper = 1};
        double best = infinity;
        for (int i = -4096; i <= 4096; ++i) {  // normal cone and sign together: g + l1 s + c
          const double s = x > 0 ? 1 : x < 0 ? -1 : std::clamp(i / 1024.0, -1.0, 1.0);
          for (double cone : {0.0, i / 1024.0}) {
            if (cone > 0 && x != 1) continue;
            if (cone < 0 && x != -1) continue;
            const double candidate = g + l1 * s + cone;
            if (std::abs(candidate) < std::abs(best)) best = candidate;
          }
        }
        std::vector<double> out = {g, g};
        minimal_subgradient(penalty, std::vector<double>{x, x}, 1, out);
        EXPECT_EQ(out[0], best) << "l1 " << l1 << " x " << x << " g " << g;
        EXPECT_EQ(out[1], g);  // not a weight
      }
}

}  // namespace
}  // namespace thalweg
