#include "thalweg/certify/loss_curve.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "thalweg/base/random.hpp"

namespace thalweg {
namespace {

// The second half of a run of 2000 steps, a loss every ten, whose noise is `noise` of the loss.
template <class Loss>
Forecast forecast(const Loss& loss, double target, double noise, uint64_t seed = 1) {
  Random random(seed, 5);
  std::vector<double> steps, losses;
  for (double k = 1000; k < 2000; k += 10) {
    steps.push_back(k);
    losses.push_back(loss(k) * (1 + noise * random.normal()));
  }
  return forecast_loss(steps, losses, target);
}

double exponential(double k) { return 0.1 + 2 * std::exp(-k / 800); }
double power(double k) { return 0.05 + 3 * std::pow(1 + k / 50, -0.7); }

// To the grid of the shapes, of which neighbors differ by 4 %.
TEST(Curve, WithoutNoiseTheStepsAreThoseOfTheCurve) {
  const Forecast found = forecast(exponential, 0.15, 0);
  // 800 log(2 / 0.05) steps from the start, of which 1990 are done.
  EXPECT_NEAR(found.steps, 800 * std::log(40) - 1990, 45);
  EXPECT_LE(found.low, found.steps);
  EXPECT_GE(found.high, found.steps);
  EXPECT_NE(found.basis.find("to loss 0.15, as estimated by 0.1"), std::string::npos)
      << found.basis;
  // 50 ((3 / 0.2)^(1 / 0.7) - 1).
  EXPECT_NEAR(forecast(power, 0.25, 0).steps, 50 * (std::pow(15, 1 / 0.7) - 1) - 1990, 40);
  // Half of 2 exp(-1990 / 800) is left after 800 log(2) steps.
  const Forecast half = forecast(exponential, NAN, 0);
  EXPECT_NEAR(half.steps, 800 * std::log(2), 25);
  EXPECT_NE(half.basis.find("half of what is left to gain"), std::string::npos) << half.basis;
}

TEST(Curve, TheIntervalHoldsTheTruth) {
  // Steps to the target, and how often a forecast is given and holds them: as the header says.
  struct Case {
    double (*loss)(double);
    double target, noise;
  };
  for (const Case& c : {Case{exponential, 0.15, 0.02}, {power, 0.25, 0.02}, {power, 0.25, 0.05}}) {
    double end = 1990;
    while (c.loss(end) > c.target) end += 1;
    int given = 0, held = 0;
    for (uint64_t seed = 1; seed <= 40; ++seed) {
      const Forecast found = forecast(c.loss, c.target, c.noise, seed);
      if (!found.refusal.empty()) continue;
      ++given;
      held += found.low <= end - 1990 && end - 1990 <= found.high;
    }
    EXPECT_GE(given, 15) << c.target << " " << c.noise;
    EXPECT_GE(held, 0.8 * given) << c.target << " " << c.noise;
  }
}

TEST(Curve, ATargetThatIsMetTakesNoSteps) { EXPECT_EQ(forecast(exponential, 0.5, 0.01).steps, 0); }

void expect_refusal(const Forecast& found, const std::string& reason) {
  EXPECT_TRUE(std::isnan(found.steps) && std::isnan(found.low) && std::isnan(found.high));
  EXPECT_NE(found.refusal.find(reason), std::string::npos) << found.refusal;
  EXPECT_EQ(found.basis, "");
}

TEST(Curve, RefusesWithTheReason) {
  expect_refusal(forecast(exponential, 0.05, 0.01), "may never come down to loss 0.05");
  expect_refusal(forecast([](double k) { return 1 + k / 1000; }, 0.5, 0), "does not fall");
  expect_refusal(forecast([](double k) { return k > 1500 ? NAN : 1 / k; }, 0.5, 0), "not finite");
  expect_refusal(forecast([](double k) { return std::pow(k, -0.3); }, 0.03, 0), "beyond ten times");
  const std::vector<double> few = {1, 2, 3};
  expect_refusal(forecast_loss(few, few, 1), "3 losses are too few");
  // Losses below 0 have a limit of any sign.
  EXPECT_GT(forecast([](double k) { return exponential(k) - 5; }, -4.85, 0.0001).steps, 0);
}

TEST(Curve, RepeatsBitForBit) {
  const Forecast a = forecast(power, 0.25, 0.02), b = forecast(power, 0.25, 0.02);
  EXPECT_EQ(a.low, b.low);
  EXPECT_EQ(a.high, b.high);
}

}  // namespace
}  // namespace thalweg
