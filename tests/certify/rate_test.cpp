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

// How often the intervals hold the true factor and the true number of steps to a thousandth, over
// 2,000 runs of 40 steps whose log excess wanders by noise of deviation 0.3 that remembers `memory`
// of the step before.
struct Coverage {
  double factor, forecast;
};
Coverage coverage(double memory) {
  int factors = 0, forecasts = 0, given = 0;
  for (uint64_t run = 0; run < 2000; ++run) {
    Random random(run, 21);
    double noise = random.normal() / std::sqrt(1 - memory * memory), last = 0;
    const Rate rate = rate_of(40, [&](double t) {
      noise = memory * noise + random.normal();
      return last = std::exp(-0.05 * t + 0.3 * noise);
    });
    factors += rate.low <= std::exp(-0.05) && std::exp(-0.05) <= rate.high;
    const Forecast forecast = forecast_steps(rate, last, std::exp(-0.05 * 39) * 1e-3);
    if (!forecast.refusal.empty()) continue;
    ++given;
    const double truth = std::log(1e3) / 0.05;
    forecasts += forecast.low <= truth && truth <= forecast.high;
  }
  return {factors / 2000.0, forecasts / static_cast<double>(given)};
}

// What rate.hpp says they cover.
TEST(Rate, TheIntervalsCover) {
  const struct {
    double memory;
    Coverage expected;
  } cases[] = {{0, {0.95, 0.90}}, {0.5, {0.89, 0.84}}, {0.8, {0.81, 0.79}}};
  for (const auto& c : cases) {
    const Coverage found = coverage(c.memory);
    EXPECT_NEAR(found.factor, c.expected.factor, 0.01) << c.memory;
    EXPECT_NEAR(found.forecast, c.expected.forecast, 0.01) << c.memory;
  }
}

}  // namespace
}  // namespace thalweg
