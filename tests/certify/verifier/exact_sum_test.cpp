// Exact sums: signs that no finite precision finds.
#include "thalweg/certify/verifier/exact_sum.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <stdexcept>
#include <vector>

#include "thalweg/base/random.hpp"

namespace thalweg::verifier {
namespace {

constexpr double least = std::numeric_limits<double>::denorm_min();
constexpr double greatest = std::numeric_limits<double>::max();

TEST(ExactSum, SignsAtTheEndsOfTheRange) {
  ExactSum sum;
  EXPECT_EQ(sum.sign(), 0);
  sum.add(least, least);
  EXPECT_EQ(sum.sign(), 1);
  sum.add(greatest, greatest);
  sum.subtract(greatest, greatest);
  EXPECT_EQ(sum.sign(), 1);
  sum.subtract(least, least);
  EXPECT_EQ(sum.sign(), 0);
  sum.subtract(least, 1);
  sum.add(greatest, -greatest);
  EXPECT_EQ(sum.sign(), -1);
  sum.add(-greatest, -greatest);
  EXPECT_EQ(sum.sign(), -1);
  sum.add(2 * least, 0.5);
  EXPECT_EQ(sum.sign(), 0);
  sum.clear();
  for (int i = 0; i < 1000; ++i) sum.add(greatest, greatest);
  EXPECT_EQ(sum.sign(), 1);
}

TEST(ExactSum, CancellationIsExact) {
  // 0.1 * 0.1 is not 0.01; 3 * (1/3) is not 1: both differ below the last place of their products.
  ExactSum sum;
  sum.add(0.1, 0.1);
  sum.subtract(0.1 * 0.1, 1);
  EXPECT_EQ(sum.sign(), std::fma(0.1, 0.1, -(0.1 * 0.1)) > 0 ? 1 : -1);
  sum.clear();
  sum.add(3, 1.0 / 3);
  sum.subtract(1, 1);
  EXPECT_EQ(sum.sign(), -1);
  // Neighbours of 1: (1 + e)(1 - e) = 1 - e^2.
  const double e = 0x1p-52;
  sum.clear();
  sum.add(1 + e, 1 - e);
  sum.subtract(1, 1);
  EXPECT_EQ(sum.sign(), -1);
  sum.add(e, e);
  EXPECT_EQ(sum.sign(), 0);
}

// Products of all magnitudes added, then taken away in another order, leave what was added besides.
TEST(ExactSum, WhatIsTakenAwayIsGone) {
  Random random(7, 0);
  for (int trial = 0; trial < 200; ++trial) {
    std::vector<double> a, b;
    ExactSum sum;
    for (int i = 0; i < 50; ++i) {
      a.push_back(std::ldexp(random.normal(), static_cast<int>(random.below(2000)) - 1070));
      b.push_back(std::ldexp(random.normal(), static_cast<int>(random.below(2000)) - 1070));
      sum.add(a.back(), b.back());
    }
    const double rest = std::ldexp(trial % 3 - 1.0, static_cast<int>(random.below(2000)) - 1070);
    sum.add(rest, 1);
    for (size_t i = a.size(); i-- > 0;) sum.subtract(b[i], a[i]);
    EXPECT_EQ(sum.sign(), trial % 3 - 1);
  }
}

TEST(ExactSum, FactorsAreFinite) {
  ExactSum sum;
  EXPECT_THROW(sum.add(INFINITY, 1), std::logic_error);
  EXPECT_THROW(sum.subtract(1, std::nan("")), std::logic_error);
}

}  // namespace
}  // namespace thalweg::verifier
