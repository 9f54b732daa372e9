// Every loss against 50-digit arithmetic (tests/oracle/verifier_losses.py), extreme arguments
// included: a bound is never below the truth, and above it by rounding only.
#include "thalweg/certify/verifier/loss.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>
#include <vector>

#include "thalweg/base/error.hpp"

namespace thalweg::verifier {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

nlohmann::json oracle() {
  std::ifstream file(THALWEG_SOURCE "/tests/oracle/verifier_losses.json");
  return nlohmann::json::parse(file);
}

Loss loss_of(const std::string& name) { return {loss_kind(name), 0.7, 0.3, 0.4}; }

TEST(Loss, ScalarTermsMatchTheOracle) {
  const nlohmann::json json = oracle();
  EXPECT_GT(json.at("scalar").size(), 1000u);
  for (const auto& row : json.at("scalar")) {
    const std::string name = row[0];
    const Loss loss = loss_of(name);
    const double z = row[1], y = row[2], theta = row[3], fy = row[4], excess_there = row[5];
    const std::string at = row.dump();
    const DoubleDouble point = z;
    EXPECT_EQ(target_refusal(loss, y, 1) == "", name != "poisson" || y >= 0) << at;
    const double bound = fenchel_young(loss, {point, 0}, y, {theta, 0});
    EXPECT_GE(bound, fy * (1 - 4e-16)) << at;
    // eta |a - c|, eta^2 a and 1e-12 of the value; c is of the size of a or of the term's own.
    const double size = std::fabs(theta) + std::fabs(y) + 1;
    EXPECT_LE(bound, fy * (1 + 1e-11) + 4e-15 * std::sqrt(2 * fy * size) + 1e-29 * size +
                         1e-29 * (std::fabs(z) + std::fabs(y)) * (1 + std::fabs(z)) + 1e-320)
        << at;
    EXPECT_NEAR(excess(loss, std::span(&point, 1), y), excess_there,
                1e-11 * excess_there + 4e-15 * std::sqrt(2 * excess_there * size) + 1e-28 * size)
        << at;
    if (row[6].is_null() || row[7].is_null()) continue;
    const Approximate g = slope(loss, {point, 0}, y);
    EXPECT_LE(std::fabs(g.value.hi - row[6].get<double>()),
              g.error + 4e-16 * std::fabs(row[6].get<double>()))
        << at;
    EXPECT_LE(g.error, 1e-14 * (std::fabs(g.value.hi) + std::fabs(y) + 1)) << at;
    const Curvature h = curvature(loss, {point, 0}, y);
    EXPECT_NEAR(h.value, row[7].get<double>(), h.relative_error * h.value + 1e-307) << at;
    EXPECT_LE(h.relative_error, 1e-14);
  }
}

TEST(Loss, SoftmaxTermsMatchTheOracle) {
  const nlohmann::json json = oracle();
  for (const auto& row : json.at("softmax")) {
    std::vector<DoubleDouble> z;
    for (const double v : row[0]) z.emplace_back(v);
    const double a = row[2][0], b = row[2][1], fy = row[3];
    const std::vector<Approximate> p = {
        {a, 0}, {b, 0}, {DoubleDouble(1) - DoubleDouble(a) - DoubleDouble(b), 0}};
    const double bound = fenchel_young_softmax(z, 0, p);
    EXPECT_GE(bound, fy * (1 - 4e-16)) << row;
    EXPECT_LE(bound, fy * (1 + 1e-11) + 1e-14 * std::sqrt(2 * fy) + 1e-28) << row;
    EXPECT_NEAR(excess(loss_of("softmax"), z, row[1]), row[4].get<double>(),
                1e-15 * std::fabs(row[4].get<double>()))
        << row;
    std::vector<double> q(3);
    EXPECT_LE(softmax(z, 0, q), 1e-14);
    EXPECT_NEAR(q[0] + q[1] + q[2], 1, 1e-15);
  }
}

// An error in z or theta widens the bound to hold for everything in between.
TEST(Loss, ErrorsOfTheArgumentsAreCounted) {
  for (const std::string name :
       {"squared", "logistic", "poisson", "gamma", "huber", "quantile", "hinge", "squared_hinge"}) {
    const Loss loss = loss_of(name);
    for (const double z : {-1.3, -0.2, 0.1, 0.6, 1.0, 1.4})
      for (const double a : {0.1, 0.2, 0.25}) {
        const double theta =
            name == "hinge" || name == "squared_hinge" || name == "logistic" ? -a : a;
        for (const double e : {1e-3, 1e-6, 1e-10}) {
          const double wide = fenchel_young(loss, {z, e}, 1, {theta, 0});
          const double dual_wide = fenchel_young(loss, {z, 0}, 1, {theta, e});
          for (const double t : {-1.0, -0.5, 0.5, 1.0}) {
            EXPECT_GE(wide, fenchel_young(loss, {z + t * e, 0}, 1, {theta, 0}) * (1 - 1e-11))
                << name << " " << z << " " << theta;
            EXPECT_GE(dual_wide, fenchel_young(loss, {z, 0}, 1, {theta + t * e, 0}) * (1 - 1e-11))
                << name << " " << z << " " << theta;
          }
        }
      }
  }
}

TEST(Loss, OutsideTheDomainIsInfinite) {
  const double past = std::nextafter(1.0, 2.0);
  auto at = [](const char* name, double y, Approximate theta) {
    return fenchel_young(loss_of(name), {0.3, 0}, y, theta);
  };
  EXPECT_EQ(at("logistic", 0, {past, 0}), infinity);
  EXPECT_EQ(at("logistic", 0, {-1e-320, 0}), infinity);
  EXPECT_EQ(at("logistic", 1, {1e-320, 0}), infinity);
  EXPECT_LT(at("logistic", 1, {-1, 0}), 2);
  EXPECT_EQ(at("logistic", 1, {-1, 1e-30}), infinity);  // may lie outside
  EXPECT_EQ(at("poisson", 2, {std::nextafter(-2.0, -3.0), 0}), infinity);
  EXPECT_LT(at("poisson", 2, {-2, 0}), 2);
  EXPECT_EQ(at("gamma", 2, {past, 0}), infinity);
  EXPECT_EQ(at("huber", 2, {std::nextafter(0.7, 1), 0}), infinity);
  EXPECT_LT(at("huber", 2, {0.7, 0}), infinity);
  EXPECT_EQ(at("quantile", 2, {std::nextafter(1 - 0.3, 1), 0}), infinity);
  EXPECT_EQ(at("quantile", 2, {std::nextafter(-0.3, -1), 0}), infinity);
  EXPECT_LT(at("quantile", 2, {1 - 0.3, 0}), infinity);
  EXPECT_EQ(at("hinge", 1, {-past, 0}), infinity);
  EXPECT_EQ(at("hinge", 1, {1e-320, 0}), infinity);
  EXPECT_EQ(at("hinge", 0, {-1e-320, 0}), infinity);
  EXPECT_EQ(at("squared_hinge", 1, {1e-320, 0}), infinity);
  EXPECT_LT(at("squared_hinge", 1, {-7, 0}), infinity);
  for (const char* name :
       {"squared", "logistic", "poisson", "gamma", "huber", "quantile", "hinge", "squared_hinge"})
    EXPECT_FALSE(at(name, 1, {std::nan(""), 0}) < infinity) << name;
}

TEST(Loss, TargetsAndNames) {
  EXPECT_NE(target_refusal(loss_of("logistic"), 0.5, 1), "");
  EXPECT_NE(target_refusal(loss_of("poisson"), -1, 1), "");
  EXPECT_NE(target_refusal(loss_of("gamma"), 0, 1), "");
  EXPECT_NE(target_refusal(loss_of("softmax"), 3, 3), "");
  EXPECT_NE(target_refusal(loss_of("softmax"), 0.5, 3), "");
  EXPECT_NE(target_refusal(loss_of("squared"), infinity, 1), "");
  EXPECT_EQ(target_refusal(loss_of("softmax"), 2, 3), "");
  EXPECT_THROW(loss_kind("cubic"), Error);
}

}  // namespace
}  // namespace thalweg::verifier
