#include "thalweg/kernel/loss/scalar.hpp"

#include <gtest/gtest.h>

#include "thalweg/base/catalog.hpp"
#include "thalweg/base/file.hpp"
#include "thalweg/base/text.hpp"

namespace thalweg {
namespace {

constexpr double unit = 0x1p-53;

// One line of tests/oracle/losses.csv.
struct Case {
  Loss loss;
  double z, y, theta, value, derivative, curvature, conjugate, infimum, fenchel_young;
};

const std::vector<Case>& cases() {
  static const std::vector<Case> all = [] {
    std::vector<Case> out;
    const std::string text = read_file(THALWEG_SOURCE "/tests/oracle/losses.csv");
    for (const std::string_view line : split(trim(text), '\n')) {
      const std::vector<std::string_view> cells = split(line, ',');
      double v[11] = {};
      for (size_t i = 1; i < cells.size(); ++i)
        if (!parse_number(cells[i], v[i - 1])) throw std::runtime_error(std::string(line));
      Loss loss;
      loss.kind = find(losses(), "loss", cells[0]).kind;
      loss.delta = loss.level = v[0];
      loss.smoothing = v[1];
      out.push_back({loss, v[2], v[3], v[4], v[5], v[6], v[7], v[8], v[9], v[10]});
    }
    return out;
  }();
  return all;
}

std::string describe(const Case& c) {
  return fmt::format("{} z={} y={} theta={}", loss_row(c.loss.kind).name, c.z, c.y, c.theta);
}

// Equal, which infinities can be too, or within bound.
void expect_close(double got, double want, double bound, const Case& c) {
  EXPECT_TRUE(got == want || std::abs(got - want) <= bound)
      << describe(c) << ": " << got << " instead of " << want << " +- " << bound;
}

// What f, f' and f* are differences of.
struct Terms {
  double value, derivative, conjugate;
};
Terms terms(const Case& c) {
  const double quadratic = c.theta * c.theta + std::abs(c.theta * c.y);
  switch (c.loss.kind) {
    case LossKind::poisson: {
      const double s = c.y + c.theta;
      return {c.curvature + std::abs(c.y * c.z), c.curvature + c.y,
              s + std::abs(scalar::x_log_x(s))};
    }
    case LossKind::gamma: {
      const double s = 1 - c.theta;
      return {std::abs(c.z) + c.curvature, 1 + c.curvature,
              s + std::abs(scalar::x_log_x(s)) + std::abs(s * std::log(c.y))};
    }
    case LossKind::hinge:
      return {1 + std::abs(c.z), 1, 1};
    case LossKind::squared_hinge:
      return {(1 + std::abs(c.z)) * std::abs(c.derivative), 1 + std::abs(c.z),
              c.theta * c.theta + std::abs(c.theta)};
    default:
      return {std::abs(c.value), std::abs(c.derivative), quadratic + std::abs(c.conjugate)};
  }
}

TEST(Scalar, ValuesAndDerivativesAreTheOraclesTo4Ulp) {
  for (const Case& c : cases()) {
    const Terms t = terms(c);
    expect_close(loss_value(c.loss, c.z, c.y), c.value, 8 * unit * t.value, c);
    expect_close(loss_derivative(c.loss, c.z, c.y), c.derivative, 8 * unit * t.derivative, c);
    expect_close(loss_curvature(c.loss, c.z, c.y), c.curvature, 8 * unit * c.curvature + 1e-307, c);
    expect_close(loss_infimum(c.loss, c.y), c.infimum, 8 * unit * (1 + std::abs(c.infimum)), c);
  }
}

TEST(Scalar, ConjugatesAreTheOracles) {
  for (const Case& c : cases()) {
    expect_close(loss_conjugate(c.loss, c.theta, c.y), c.conjugate, 8 * unit * terms(c).conjugate,
                 c);
  }
}

// FY is about (theta - f')^2 f*'' / 2: its error is that of theta - f', whose parts have `scale`.
TEST(Scalar, FenchelYoungIsTheSumIn800Digits) {
  for (const Case& c : cases()) {
    const double got = fenchel_young(c.loss, c.z, c.theta, c.y);
    double dual_curvature = 1, scale = std::abs(c.z - c.y), linear = 0;
    switch (c.loss.kind) {
      case LossKind::logistic:
        scale = c.curvature;
        dual_curvature = 1 / (scale + 1e-300);
        break;
      case LossKind::poisson:
        scale = c.curvature + c.y + c.theta;
        dual_curvature = 1 / (scale + 1e-300);
        linear = (c.y + c.theta) * std::abs(c.z);
        break;
      case LossKind::gamma:
        scale = c.curvature + std::abs(1 - c.theta);
        dual_curvature = 1 / (scale + 1e-300);
        linear = std::abs(1 - c.theta) * std::abs(c.z);
        break;
      case LossKind::quantile:
        linear = std::abs(c.derivative - c.theta) * scale;
        scale = std::abs(c.derivative);
        dual_curvature = c.loss.smoothing;
        break;
      case LossKind::huber:
        linear = std::abs(c.derivative - c.theta) * scale;
        scale = std::abs(c.derivative);
        break;
      case LossKind::hinge:
      case LossKind::squared_hinge:
        scale = 1 + std::abs(c.z);
        linear = scale * std::abs(c.theta);
        break;
      default:
        break;
    }
    const double off = 8 * unit * scale;
    const double bound = 32 * unit * c.fenchel_young + 8 * unit * linear +
                         off * std::sqrt(2 * dual_curvature * c.fenchel_young) +
                         off * (off * dual_curvature);
    EXPECT_GE(got, 0) << describe(c);
    expect_close(got, c.fenchel_young, bound, c);
  }
}

TEST(Scalar, FenchelYoungVanishesAtTheDerivative) {
  for (const Case& c : cases()) {
    const double theta = loss_derivative(c.loss, c.z, c.y);
    if (std::isinf(theta)) continue;
    const double scale = std::max({1e-30, std::abs(c.value), std::abs(theta * c.z)});
    EXPECT_LE(fenchel_young(c.loss, c.z, theta, c.y), 1e-15 * scale) << describe(c);
  }
}

TEST(Scalar, ClippedDualsAreInTheDomainAndNearest) {
  for (const Case& c : cases())
    for (const double theta : {-1e100, -3.0, -0.4, 0.0, 0.4, 3.0, 1e100}) {
      const double clipped = clip_dual(c.loss, theta, c.y);
      EXPECT_LT(loss_conjugate(c.loss, clipped, c.y), HUGE_VAL) << describe(c);
      if (std::abs(theta) < 10 && loss_conjugate(c.loss, theta, c.y) < HUGE_VAL) {
        EXPECT_EQ(clipped, theta) << describe(c);
      }
    }
}

TEST(Scalar, NanIsNeverHidden) {
  const double nan = std::nan("");
  for (const LossRow& row : losses()) {
    if (row.kind == LossKind::softmax) continue;
    Loss loss;
    loss.kind = row.kind;
    EXPECT_TRUE(std::isnan(loss_value(loss, nan, 1))) << row.name;
    EXPECT_TRUE(std::isnan(loss_derivative(loss, nan, 1))) << row.name;
    EXPECT_FALSE(fenchel_young(loss, nan, 0, 1) <= 1e300) << row.name;
    EXPECT_FALSE(fenchel_young(loss, 0, nan, 1) <= 1e300) << row.name;
    EXPECT_FALSE(loss_conjugate(loss, nan, 1) <= 1e300) << row.name;
    EXPECT_TRUE(std::isnan(clip_dual(loss, nan, 1))) << row.name;
  }
}

TEST(Scalar, OverflowIsInfinite) {
  Loss poisson, gamma;
  poisson.kind = LossKind::poisson;
  gamma.kind = LossKind::gamma;
  EXPECT_EQ(loss_value(poisson, 1e308, 1e6), HUGE_VAL);
  EXPECT_EQ(loss_value(gamma, -1e308, 1e6), HUGE_VAL);
  EXPECT_EQ(fenchel_young(poisson, 1e308, 1, 2), HUGE_VAL);
  EXPECT_EQ(fenchel_young(gamma, -1e308, 0.5, 2), HUGE_VAL);
}

}  // namespace
}  // namespace thalweg
