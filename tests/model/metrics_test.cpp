// Against scikit-learn: tests/oracle/metrics.json, made by tests/oracle/metrics.py.
#include "thalweg/model/metrics.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>

#include "thalweg/base/file.hpp"

namespace thalweg {
namespace {

using Json = nlohmann::json;

Json oracle() { return Json::parse(read_file(THALWEG_SOURCE "/tests/oracle/metrics.json")); }

std::vector<double> values(const Json& json) { return json.get<std::vector<double>>(); }

void expect_near(const Json& expected, double found) {
  const double value = expected.get<double>();
  EXPECT_NEAR(found, value, 1e-12 * std::abs(value));
}

TEST(Metrics, ClassesAndProbabilities) {
  const Json cases = oracle();
  ASSERT_EQ(cases["classes"].size(), 4u);
  for (const Json& c : cases["classes"]) {
    const std::vector<double> target = values(c["target"]), p = values(c["probability"]),
                              weight = values(c["weight"]);
    const size_t classes = c["classes"];
    const std::vector<double> predicted = most_probable(p, classes);
    expect_near(c["accuracy"], accuracy(target, predicted, weight));
    expect_near(c["balanced_accuracy"], balanced_accuracy(target, predicted, weight));
    const std::vector<double> expected = values(c["confusion"]);
    const std::vector<double> matrix =
        confusion(target, predicted, std::max<size_t>(classes, 2), weight);
    ASSERT_EQ(matrix.size(), expected.size());
    for (size_t k = 0; k < matrix.size(); ++k) EXPECT_NEAR(matrix[k], expected[k], 1e-12);
    expect_near(c["roc_auc"], classes == 1 ? roc_auc(target, p, weight)
                                           : roc_auc_one_vs_rest(target, p, classes, weight));
    expect_near(c["log_loss"], log_loss(target, p, classes, weight));
    expect_near(c["brier"], brier(target, p, classes, weight));
    expect_near(c["calibration_error"], calibration_error(target, p, classes, 10, weight));
  }
}

TEST(Metrics, Numbers) {
  const Json cases = oracle();
  ASSERT_EQ(cases["numbers"].size(), 2u);
  for (const Json& c : cases["numbers"]) {
    const std::vector<double> target = values(c["target"]), predicted = values(c["predicted"]),
                              weight = values(c["weight"]);
    expect_near(c["root_mean_squared_error"], root_mean_squared_error(target, predicted, weight));
    expect_near(c["mean_absolute_error"], mean_absolute_error(target, predicted, weight));
    expect_near(c["r_squared"], r_squared(target, predicted, weight));
    expect_near(c["poisson_deviance"], poisson_deviance(values(c["counts"]), predicted, weight));
    expect_near(c["gamma_deviance"], gamma_deviance(target, predicted, weight));
  }
}

TEST(Metrics, TwoColumnsAreOneColumn) {
  const std::vector<double> target = {0, 1, 1}, one = {0.3, 0.45, 0.9},
                            two = {0.7, 0.3, 0.55, 0.45, 0.1, 0.9};
  EXPECT_DOUBLE_EQ(log_loss(target, one, 1), log_loss(target, two, 2));
  EXPECT_DOUBLE_EQ(brier(target, one, 1), brier(target, two, 2));
  EXPECT_DOUBLE_EQ(calibration_error(target, one, 1), calibration_error(target, two, 2));
  EXPECT_DOUBLE_EQ(roc_auc(target, one), roc_auc_one_vs_rest(target, two, 2));
  EXPECT_EQ(most_probable(one, 1), most_probable(two, 2));
}

TEST(Metrics, RowsOfNoWeightDoNotCount) {
  const std::vector<double> target = {0, 1, 1, 0}, p = {0.2, 0.7, 0.4, 1}, weight = {1, 2, 1, 0};
  const std::vector<double> fewer = {0, 1, 1, 1}, q = {0.2, 0.7, 0.7, 0.4};
  EXPECT_DOUBLE_EQ(log_loss(target, p, 1, weight), log_loss(fewer, q, 1));
  EXPECT_DOUBLE_EQ(roc_auc(target, p, weight), roc_auc(fewer, q));
  EXPECT_DOUBLE_EQ(brier(target, p, 1, weight), brier(fewer, q, 1));
}

TEST(Metrics, WhatIsNotDefinedIsNaN) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const std::vector<double> ones = {1, 1}, p = {0.2, 0.7}, bad = {0.2, nan};
  EXPECT_TRUE(std::isnan(roc_auc(ones, p)));
  EXPECT_TRUE(std::isnan(r_squared(ones, p)));
  EXPECT_TRUE(std::isnan(accuracy({}, {})));
  EXPECT_TRUE(std::isnan(accuracy(ones, most_probable(bad, 1))));
  EXPECT_TRUE(std::isnan(balanced_accuracy(ones, most_probable(bad, 1))));
  EXPECT_TRUE(std::isnan(log_loss(ones, bad, 1)));
  EXPECT_TRUE(std::isnan(brier(ones, bad, 1)));
  EXPECT_TRUE(std::isnan(calibration_error(ones, bad, 1)));
  const std::vector<double> both = {0, 1};
  EXPECT_TRUE(std::isnan(roc_auc(both, bad)));
  // Certain and wrong is finite: the probability is kept above zero.
  const std::vector<double> wrong = {0, 1};
  EXPECT_NEAR(log_loss(ones, wrong, 1), 0.5 * 52 * std::log(2.0), 1e-9);
}

}  // namespace
}  // namespace thalweg
