#include "thalweg/certify/rate.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "thalweg/base/random.hpp"

namespace thalweg {
namespace {

template <class Excess>
Rate rate_of(size_t count, const Excess& excess) {
  std::vector<double> steps, values;
  for (size_t i = 0; i < count; ++i) {
    steps.push_back(static_cast<double>(i));
    values.push_back(excess(static_cast<double>(i)));
  }
  return fit_rate(steps, values);
}

TEST(Rate, LinearIsExact) {
  const Rate rate = rate_of(30, [](double t) { return 5 * std::pow(0.9, t); });
  EXPECT_NEAR(rate.fitted, 0.9, 1e-12);
  EXPECT_NEAR(rate.low, 0.9, 1e-9);
  EXPECT_NEAR(rate.high, 0.9, 1e-9);
  EXPECT_FALSE(rate.superlinear);
  const Forecast forecast = forecast_steps(rate, 1, 1e-3);
  EXPECT_EQ(forecast.steps, std::ceil(std::log(1e-3) / std::log(0.9)));
  EXPECT_TRUE(forecast.refusal.empty());
}

TEST(Rate, SublinearHasAFactorNearOne) {
  const Rate rate = rate_of(200, [](double t) { return 1 / (t + 200); });
  EXPECT_GT(rate.fitted, 0.99);
  EXPECT_LT(rate.fitted, 1);
  EXPECT_FALSE(rate.superlinear);
}

TEST(Rate, SuperlinearIsSeen) {
  const Rate rate = rate_of(6, [](double t) { return std::pow(0.3, std::pow(2, t)); });
  EXPECT_TRUE(rate.superlinear);
}

TEST(Rate, ConstantAndRisingAreRefusedAForecast) {
  const Rate constant = rate_of(30, [](double) { return 2.0; });
  EXPECT_NEAR(constant.fitted, 1, 1e-12);
  EXPECT_FALSE(forecast_steps(constant, 2, 1).refusal.empty());
  const Rate rising = rate_of(30, [](double t) { return std::exp(0.1 * t); });
  EXPECT_TRUE(std::isnan(forecast_steps(rising, 2, 1).steps));
}

TEST(Rate, TooLittleOrNotPositiveIsUnknown) {
  EXPECT_TRUE(std::isnan(rate_of(3, [](double) { return 1.0; }).fitted));
  EXPECT_TRUE(std::isnan(rate_of(9, [](double t) { return 4 - t; }).fitted));
  EXPECT_TRUE(std::isnan(rate_of(9, [](double) { return NAN; }).fitted));
  EXPECT_FALSE(forecast_steps({}, 1, 0.5).refusal.empty());
  const Rate rate = rate_of(30, [](double t) { return std::pow(0.9, t); });
  EXPECT_EQ(forecast_steps(rate, 1, 2).steps, 0);
  EXPECT_FALSE(forecast_steps(rate, NAN, 1).refusal.empty());
  EXPECT_FALSE(forecast_steps(rate, 1, 0).refusal.empty());
}

TEST(Rate, AnIntervalOverAFactorTenIsRefused) {
  Rate rate;
  rate.fitted = 0.99, rate.low = 0.98, rate.high = 0.9979;
  EXPECT_TRUE(forecast_steps(rate, 1, 0.1).refusal.empty());
  rate.high = 0.9981;
  EXPECT_NE(forecast_steps(rate, 1, 0.1).refusal.find("factor 10"), std::string::npos);
}

// How often the interval holds the true factor, over 2,000 runs of 40 steps whose log excess
// wanders by noise of deviation 0.3 that remembers `memory` of the step before.
double coverage(double memory) {
  int covered = 0;
  for (uint64_t run = 0; run < 2000; ++run) {
    Random random(run, 21);
    double noise = random.normal() / std::sqrt(1 - memory * memory);
    const Rate rate = rate_of(40, [&](double t) {
      noise = memory * noise + random.normal();
      return std::exp(-0.05 * t + 0.3 * noise);
    });
    covered += rate.low <= std::exp(-0.05) && std::exp(-0.05) <= rate.high;
  }
  return covered / 2000.0;
}

TEST(Rate, TheIntervalCovers) {
  EXPECT_NEAR(coverage(0), 0.96, 0.02);
  // The memory is estimated from 40 numbers, and too low.
  EXPECT_GE(coverage(0.5), 0.88);
  EXPECT_GE(coverage(0.8), 0.75);
}

}  // namespace
}  // namespace thalweg
