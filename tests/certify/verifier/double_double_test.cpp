// Double-double arithmetic against the 113 bits of the compiler's quadruple type.
#include "thalweg/certify/verifier/double_double.hpp"

#include <gtest/gtest.h>

#include "thalweg/base/random.hpp"

namespace thalweg::verifier {
namespace {

__extension__ using Quad = __float128;

Quad quad(DoubleDouble a) { return Quad(a.hi) + Quad(a.lo); }
Quad size(Quad a) { return a < 0 ? -a : a; }

TEST(DoubleDouble, EveryOperationIsWithinItsBound) {
  Random random(3, 0);
  auto any = [&] {
    const double hi = std::ldexp(random.normal(), static_cast<int>(random.below(40)) - 20);
    return quick_two_sum(hi, hi * 0x1p-54 * random.normal());
  };
  for (int i = 0; i < 100000; ++i) {
    const DoubleDouble a = any(), b = i % 3 == 0 ? -a + any() * DoubleDouble(1e-12) : any();
    const Quad x = quad(a), y = quad(b);
    const Quad own = (size(x) + size(y)) * Quad(0x1p-112);  // what quadruple itself rounds
    EXPECT_LE(size(quad(a + b) - (x + y)), resolution * size(x + y) + own);
    EXPECT_LE(size(quad(a - b) - (x - y)), resolution * size(x - y) + own);
    EXPECT_LE(size(quad(a * b) - x * y), resolution * size(x * y));
    EXPECT_LE(size(quad(a / b) - x / y), resolution * size(x / y));
    const DoubleDouble sum = a + b;
    EXPECT_EQ(sum.hi, sum.hi + sum.lo);
    EXPECT_EQ(a < b, x < y);
    EXPECT_EQ(a <= b, x <= y);
    EXPECT_EQ(quad(abs(a)), size(x));
  }
}

TEST(DoubleDouble, TwoSumAndTwoProductAreExact) {
  Random random(4, 0);
  for (int i = 0; i < 10000; ++i) {
    const double a = random.normal(), b = std::ldexp(random.normal(), i % 40 - 20);
    EXPECT_EQ(quad(two_sum(a, b)), Quad(a) + Quad(b));
    EXPECT_EQ(quad(two_product(a, b)), Quad(a) * Quad(b));
  }
}

TEST(DoubleDouble, ComparisonsFailClosed) {
  const DoubleDouble nothing = std::nan("");
  EXPECT_FALSE(nothing < DoubleDouble(1));
  EXPECT_FALSE(nothing <= DoubleDouble(1));
  EXPECT_FALSE(nothing > DoubleDouble(1));
  EXPECT_FALSE(DoubleDouble(1) >= nothing);
}

}  // namespace
}  // namespace thalweg::verifier
