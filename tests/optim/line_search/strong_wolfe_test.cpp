// The test functions of Moré, Thuente, ACM Trans. Math. Softw. 20 (1994), section 5.
#include "thalweg/optim/line_search/strong_wolfe.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <functional>

namespace thalweg {
namespace {

using Function = std::function<LinePoint(double)>;

struct Case {
  const char* name;
  double c1, c2;  // those of the paper
  Function phi;
};

LinePoint with_slope(double t, const std::function<double(double)>& f, double slope) {
  return {t, f(t), slope};
}

// 5.2: flat for a long way, then steep. 5.3: many wiggles. 5.4-5.6: kinks near 0 or 1.
Function yanai(double b1, double b2) {
  return [=](double t) {
    auto gamma = [](double b) { return std::sqrt(1 + b * b) - b; };
    const double left = std::sqrt((1 - t) * (1 - t) + b2 * b2);
    const double right = std::sqrt(t * t + b1 * b1);
    return LinePoint{t, gamma(b1) * left + gamma(b2) * right,
                     -gamma(b1) * (1 - t) / left + gamma(b2) * t / right};
  };
}

const Case cases[] = {
    {"5.1", 1e-3, 0.1,
     [](double t) {
       const double q = t * t + 2;
       return LinePoint{t, -t / q, (t * t - 2) / (q * q)};
     }},
    {"5.2", 0.1, 0.1,
     [](double t) {
       const double s = t + 0.004;
       return with_slope(
           t, [](double a) { return std::pow(a + 0.004, 5) - 2 * std::pow(a + 0.004, 4); },
           5 * std::pow(s, 4) - 8 * std::pow(s, 3));
     }},
    {"5.3", 0.1, 0.1,
     [](double t) {
       const double beta = 0.01, l = 39, pi = M_PI;
       const double wiggle = 2 * (1 - beta) / (l * pi) * std::sin(l * pi / 2 * t);
       double base, slope;
       if (t <= 1 - beta) {
         base = 1 - t, slope = -1;
       } else if (t >= 1 + beta) {
         base = t - 1, slope = 1;
       } else {
         base = (t - 1) * (t - 1) / (2 * beta) + beta / 2, slope = (t - 1) / beta;
       }
       return LinePoint{t, base + wiggle, slope + (1 - beta) * std::cos(l * pi / 2 * t)};
     }},
    {"5.4", 1e-3, 1e-3, yanai(0.001, 0.001)},
    {"5.5", 1e-3, 1e-3, yanai(0.01, 0.001)},
    {"5.6", 1e-3, 1e-3, yanai(0.001, 0.01)},
};

TEST(StrongWolfe, MoreThuenteFunctions) {
  for (const Case& test : cases)
    for (double first : {1e-3, 1e-1, 1e1, 1e3}) {
      const LinePoint start = test.phi(0);
      int evaluations = 0;
      double last = -1;
      const LinePoint found = strong_wolfe(
          [&](double t) {
            ++evaluations;
            last = t;
            return test.phi(t);
          },
          start, first, test.c1, test.c2);
      EXPECT_GT(found.step, 0) << test.name << " from " << first;
      EXPECT_LE(found.value, start.value + test.c1 * found.step * start.slope)
          << test.name << " from " << first;
      EXPECT_LE(std::abs(found.slope), test.c2 * std::abs(start.slope))
          << test.name << " from " << first;
      EXPECT_LE(evaluations, 40) << test.name << " from " << first;
      EXPECT_EQ(found.step, last);  // what the objective saw last is what was accepted
    }
}

// -ln(1 - t) - 2t beyond whose end nothing is finite; also with NaN from there on.
TEST(StrongWolfe, NotFiniteIsTooFar) {
  for (double beyond : {static_cast<double>(INFINITY), static_cast<double>(NAN)})
    for (double first : {0.1, 0.9999, 1.0, 50.0, 1e10}) {
      const LinePoint found = strong_wolfe(
          [&](double t) {
            return t < 1 ? LinePoint{t, -std::log(1 - t) - 2 * t, 1 / (1 - t) - 2}
                         : LinePoint{t, beyond, beyond};
          },
          {0, 0, -1}, first, 1e-4, 0.1);
      EXPECT_NEAR(found.step, 0.5, 0.06) << first;
    }
}

TEST(StrongWolfe, OnlyTheSlopeIsNotFinite) {
  const LinePoint found = strong_wolfe(
      [](double t) {
        return LinePoint{t, (t - 1) * (t - 1), t < 2 ? 2 * (t - 1) : NAN};
      },
      {0, 1, -2}, 3);
  EXPECT_GT(found.step, 0);
  EXPECT_LT(found.step, 2);
}

TEST(StrongWolfe, NothingFiniteAnywhere) {
  int evaluations = 0;
  const LinePoint found = strong_wolfe(
      [&](double t) {
        ++evaluations;
        return LinePoint{t, NAN, NAN};
      },
      {0, 1, -1}, 1);
  EXPECT_EQ(found.step, 0);
  EXPECT_EQ(found.value, 1);
  EXPECT_LE(evaluations, 41);
}

TEST(StrongWolfe, UphillFindsNoStep) {
  const LinePoint found = strong_wolfe(
      [](double t) {
        return LinePoint{t, 1 + t, 1};
      },
      {0, 1, -1}, 1);
  EXPECT_EQ(found.step, 0);
}

// Unbounded below: the search ends, at a point that is lower.
TEST(StrongWolfe, UnboundedBelowEnds) {
  const LinePoint found = strong_wolfe(
      [](double t) {
        return LinePoint{t, -t, -1};
      },
      {0, 0, -1}, 1);
  EXPECT_GT(found.step, 1);
  EXPECT_EQ(found.value, -found.step);
}

// Where values agree to rounding the slope decides: 1e9 + (t - 1)^2 1e-8.
TEST(StrongWolfe, AtTheRoundingFloor) {
  const LinePoint found = strong_wolfe(
      [](double t) {
        return LinePoint{t, 1e9 + 1e-8 * (t - 1) * (t - 1), 2e-8 * (t - 1)};
      },
      {0, 1e9, -2e-8}, 1);
  EXPECT_EQ(found.step, 1);
}

}  // namespace
}  // namespace thalweg
