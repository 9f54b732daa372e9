// Initializers by their moments, and signals through deep networks against the exact laws of their
// second moments.
#include "thalweg/model/initializer.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "thalweg/base/error.hpp"

namespace thalweg {
namespace {

std::vector<double> drawn(const char* text, const Shape& shape, const char* tensor = "w",
                          uint64_t seed = 1) {
  return draw(parse_initializer(text), shape, seed, tensor);
}

double moment(const std::vector<double>& w, int power) {
  double sum = 0;
  for (const double v : w) sum += std::pow(v, power);
  return sum / static_cast<double>(w.size());
}

TEST(Initializer, VariancesFollowTheFans) {
  const Shape shape = {300, 200, 3, 3};  // fan in 1,800, fan out 2,700
  const double count = 300 * 200 * 9;
  const std::pair<const char*, double> cases[] = {
      {"normal(deviation=0.3)", 0.09},
      {"uniform(low=-0.6, high=0.6)", 0.12},
      {"truncated_normal(deviation=0.5)", 0.25 * 0.7737413035},  // of scipy.stats.truncnorm(-2, 2)
      {"variance_scaling(scale=3, mode=fan_out)", 3 / 2700.0},
      {"variance_scaling(distribution=uniform)", 1 / 1800.0},
      {"glorot_uniform", 2 / 4500.0},
      {"xavier_normal", 2 / 4500.0},
      {"he_normal", 2 / 1800.0},
      {"kaiming_uniform(mode=fan_out)", 2 / 2700.0},
      {"lecun_normal", 1 / 1800.0},
      {"lecun_uniform", 1 / 1800.0}};
  for (const auto& [text, variance] : cases) {
    const std::vector<double> w = drawn(text, shape);
    // The mean square of n normal numbers has relative deviation sqrt(2 / n).
    EXPECT_NEAR(moment(w, 2) / variance, 1, 4 * std::sqrt(2 / count)) << text;
    EXPECT_NEAR(moment(w, 1) / std::sqrt(variance), 0, 4 / std::sqrt(count)) << text;
  }
  for (const double v : drawn("truncated_normal(deviation=0.5)", shape)) ASSERT_LE(std::abs(v), 1);
  for (const double v : drawn("he_uniform", shape)) ASSERT_LE(std::abs(v), std::sqrt(6 / 1800.0));
}

TEST(Initializer, NumbersDependOnSeedAndNameAlone) {
  EXPECT_EQ(drawn("normal", {4, 3}), drawn("normal", {4, 3}));
  EXPECT_NE(drawn("normal", {4, 3}), drawn("normal", {4, 3}, "v"));
  EXPECT_NE(drawn("normal", {4, 3}), drawn("normal", {4, 3}, "w", 2));
  // More rows begin as fewer do.
  const std::vector<double> few = drawn("normal", {4, 3}), many = drawn("normal", {5, 3});
  EXPECT_TRUE(std::equal(few.begin(), few.end(), many.begin()));
}

TEST(Initializer, PlainOnesArePlain) {
  EXPECT_EQ(drawn("zeros", {2, 2}), std::vector<double>(4, 0.0));
  EXPECT_EQ(drawn("constant(value=-3)", {3}), std::vector<double>(3, -3.0));
  EXPECT_EQ(drawn("identity(gain=2)", {2, 3}), (std::vector<double>{2, 0, 0, 0, 2, 0}));
  const std::vector<double> dirac = drawn("identity", {2, 2, 3, 3});
  EXPECT_EQ(dirac[4], 1);  // (0, 0) at the center
  EXPECT_EQ(dirac[(1 * 2 + 1) * 9 + 4], 1);
  EXPECT_EQ(moment(dirac, 2) * 36, 2);
  for (const InitializerRow& row : initializers())
    EXPECT_EQ(drawn(row.name.c_str(), {0, 5}).size(), 0u) << row.name;
}

TEST(Initializer, OrthogonalHasOrthonormalRowsOrColumns) {
  for (const auto& [rows, columns] : {std::pair<size_t, size_t>{5, 9}, {9, 5}, {6, 6}}) {
    const std::vector<double> w = drawn("orthogonal(gain=3)", {rows, columns});
    const bool wide = columns > rows;
    const size_t n = wide ? rows : columns, inner = wide ? columns : rows;
    for (size_t a = 0; a < n; ++a)
      for (size_t b = 0; b < n; ++b) {
        double dot = 0;
        for (size_t k = 0; k < inner; ++k)
          dot += wide ? w[a * columns + k] * w[b * columns + k]
                      : w[k * columns + a] * w[k * columns + b];
        EXPECT_NEAR(dot, a == b ? 9 : 0, 1e-13);
      }
  }
}

TEST(Initializer, WhatDoesNotSuitIsRefused) {
  EXPECT_THROW(parse_initializer("he_norml"), Error);
  EXPECT_THROW(parse_initializer("normal(deviation=-1)"), Error);
  EXPECT_THROW(drawn("orthogonal", {4}), Error);
  EXPECT_THROW(drawn("identity", {4}), Error);
}

// Signal propagation. Given the signal h of a layer, pre-activations of the next are z = W h with
// independent w of variance s2, so that E[|z|^2 / m] = s2 |h|^2 exactly, at any width. For normal w
// the ratio follows chi^2(m) / m; for uniform w each z_i^2 has variance
// 2 (s2 |h|^2)^2 - 1.2 s2^2 sum h^4. Backward u = W' d: of a normal W given z the part of u that is
// orthogonal to h is normal and independent of z, so its square over s2 |d|^2 follows
// chi^2(n - 1), exactly, whatever the activation has made of z.
enum class Activation { relu, tanh, linear };

double activated(Activation kind, double z) {
  return kind == Activation::relu ? std::max(z, 0.0) : kind == Activation::tanh ? std::tanh(z) : z;
}
double derived(Activation kind, double z) {
  if (kind == Activation::relu) return z > 0 ? 1 : 0;
  return kind == Activation::tanh ? 1 - std::tanh(z) * std::tanh(z) : 1;
}

// A chi^2 number with n degrees of freedom as a standard normal one (Wilson, Hilferty 1931).
double standard(double chi, double n) {
  return (std::cbrt(chi / n) - (1 - 2 / (9 * n))) / std::sqrt(2 / (9 * n));
}

double square(const std::vector<double>& v) {
  double sum = 0;
  for (const double x : v) sum += x * x;
  return sum;
}

struct Law {
  const char* text;
  double scale;  // variance times fan in, of square layers
  bool normal;
};

TEST(Initializer, SignalsPropagateAsTheirSecondMomentsSay) {
  constexpr size_t n = 100;
  double largest = 0;
  size_t layers = 0;
  for (const Law& law :
       {Law{"he_normal", 2, true}, Law{"lecun_normal", 1, true}, Law{"glorot_normal", 1, true},
        Law{"he_uniform", 2, false}, Law{"lecun_uniform", 1, false}})
    for (const Activation kind : {Activation::relu, Activation::tanh, Activation::linear})
      for (const size_t depth : {2, 7, 50}) {
        const double s2 = law.scale / n;
        std::vector<std::vector<double>> weights, inputs, sums;
        std::vector<double> h = drawn("normal(deviation=1)", {n}, "input");
        for (size_t l = 0; l < depth; ++l) {
          weights.push_back(drawn(law.text, {n, n}, ("layer" + std::to_string(l)).c_str(), depth));
          std::vector<double> z(n, 0.0);
          for (size_t i = 0; i < n; ++i)
            for (size_t j = 0; j < n; ++j) z[i] += weights[l][i * n + j] * h[j];
          const double expected = s2 * square(h);
          double fourth = 0;
          for (const double v : h) fourth += v * v * v * v;
          const double t =
              law.normal ? standard(square(z) / expected, n)
                         : (square(z) / n - expected) /
                               std::sqrt((2 * expected * expected - 1.2 * s2 * s2 * fourth) / n);
          EXPECT_LE(std::abs(t), 4) << law.text << " depth " << depth << " layer " << l;
          largest = std::max(largest, std::abs(t));
          ++layers;
          inputs.push_back(h), sums.push_back(z);
          for (size_t i = 0; i < n; ++i) h[i] = activated(kind, z[i]);
        }
        if (!law.normal) continue;
        std::vector<double> back = drawn("normal(deviation=1)", {n}, "output");
        for (size_t l = depth; l-- > 0;) {
          std::vector<double> d(n), u(n, 0.0);
          for (size_t i = 0; i < n; ++i) d[i] = back[i] * derived(kind, sums[l][i]);
          for (size_t i = 0; i < n; ++i)
            for (size_t j = 0; j < n; ++j) u[j] += weights[l][i * n + j] * d[i];
          double along = 0;
          for (size_t j = 0; j < n; ++j) along += u[j] * inputs[l][j];
          const double chi = (square(u) - along * along / square(inputs[l])) / (s2 * square(d));
          const double t = standard(chi, n - 1);
          EXPECT_LE(std::abs(t), 4) << law.text << " depth " << depth << " back " << l;
          largest = std::max(largest, std::abs(t));
          ++layers;
          back = u;
        }
      }
  EXPECT_EQ(layers, (5u + 3u) * 3 * (2 + 7 + 50));
  EXPECT_GT(largest, 2);  // of so many standard normal numbers
}

TEST(Initializer, OrthogonalLayersKeepTheNorm) {
  std::vector<double> h = drawn("normal(deviation=1)", {64}, "input");
  const double before = square(h);
  for (size_t l = 0; l < 50; ++l) {
    const std::vector<double> w = drawn("orthogonal", {64, 64}, "layer", l);
    std::vector<double> z(64, 0.0);
    for (size_t i = 0; i < 64; ++i)
      for (size_t j = 0; j < 64; ++j) z[i] += w[i * 64 + j] * h[j];
    h = z;
  }
  EXPECT_NEAR(square(h) / before, 1, 1e-12);
}

}  // namespace
}  // namespace thalweg
