#include "thalweg/kernel/loss/softmax.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <stdexcept>
#include <vector>

#include "thalweg/base/file.hpp"
#include "thalweg/base/text.hpp"

namespace thalweg {
namespace {

constexpr double unit = 0x1p-53;

// tests/oracle/softmax.csv: z (3), y, theta (3), f, p (3), f*, FY.
std::vector<std::vector<double>> cases() {
  std::vector<std::vector<double>> out;
  const std::string text = read_file(THALWEG_SOURCE "/tests/oracle/softmax.csv");
  for (const std::string_view line : split(trim(text), '\n')) {
    out.emplace_back();
    for (const std::string_view cell : split(line, ',')) {
      double number = 0;
      if (!parse_number(cell, number)) throw std::runtime_error(std::string(line));
      out.back().push_back(number);
    }
  }
  return out;
}

TEST(Softmax, AgreesWithTheOracle) {
  for (const std::vector<double>& c : cases()) {
    const std::span<const double> z(c.data(), 3), dual(c.data() + 4, 3);
    const size_t y = static_cast<size_t>(c[3]);
    SCOPED_TRACE(testing::Message() << z[0] << " " << z[1] << " " << z[2] << " class " << y);
    const double f = c[7], conjugate = c[11], fy = c[12];
    EXPECT_NEAR(softmax_value(z, y), f, 8 * unit * f + 1e-320);
    std::vector<double> p(3), theta(3);
    softmax_probabilities(z, p);
    EXPECT_EQ(softmax_derivative(z, y, theta), softmax_value(z, y));
    double others = 0;
    for (size_t k = 0; k < 3; ++k) {
      EXPECT_NEAR(p[k], c[8 + k], 8 * unit * c[8 + k] + 1e-320);
      if (k == y) continue;
      others += c[8 + k];
      EXPECT_EQ(theta[k], p[k]);
    }
    EXPECT_NEAR(theta[y], -others, 8 * unit * others + 1e-320);
    EXPECT_NEAR(softmax_conjugate(dual, y), conjugate, 8 * unit * std::abs(conjugate));
    // The rounding of theta - f' is of the size of 1 - p_y at most; times ln p where that is large.
    double spread = 0;
    for (size_t k = 0; k < 3; ++k) spread += std::abs(dual[k]) * std::abs(z[k] - z[y]);
    const double got = softmax_fenchel_young(z, dual, y);
    EXPECT_GE(got, 0);
    const double off = 8 * unit * std::min(1.0, others);
    EXPECT_NEAR(got, fy, 16 * unit * (fy + spread) + off);
    // 1 + theta_y is rounded where the class is improbable.
    EXPECT_LE(softmax_fenchel_young(z, theta, y), unit * others);
  }
}

TEST(Softmax, TwoClassesAreLogistic) {
  for (const double z : {-40.0, -1.0, 0.25, 3.0, 800.0}) {
    const std::vector<double> row = {0, z};
    EXPECT_NEAR(softmax_value(row, 0), std::max(z, 0.0) + std::log1p(std::exp(-std::abs(z))),
                4 * unit * std::abs(z) + unit);
  }
}

TEST(Softmax, DualsOutsideTheSimplexAreInfinite) {
  const std::vector<double> z = {0, 1, 2};
  EXPECT_EQ(softmax_conjugate(std::vector<double>{-0.1, 0.1, 0.0}, 1), HUGE_VAL);
  EXPECT_EQ(softmax_fenchel_young(z, std::vector<double>{-0.1, 0.1, 0.0}, 1), HUGE_VAL);
  EXPECT_EQ(softmax_fenchel_young(z, std::vector<double>{0.1, 0.1, -0.2}, 1), HUGE_VAL);
}

TEST(Softmax, NanIsNeverHidden) {
  for (size_t place = 0; place < 3; ++place) {
    std::vector<double> z = {0, 1, 2}, theta = {0, 0, 0}, p(3);
    z[place] = std::nan("");
    EXPECT_TRUE(std::isnan(softmax_value(z, 1)));
    softmax_probabilities(z, p);
    EXPECT_TRUE(std::isnan(p[0]) && std::isnan(p[1]) && std::isnan(p[2]));
    EXPECT_FALSE(softmax_fenchel_young(z, theta, 1) <= 1e300);
    theta[place] = z[place];
    EXPECT_FALSE(softmax_conjugate(theta, 1) <= 1e300);
  }
}

}  // namespace
}  // namespace thalweg
