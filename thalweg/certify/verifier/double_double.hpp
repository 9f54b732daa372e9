// Unevaluated sums of two doubles, some 106 bits: what the verifier's sums and products are made
// of. Sources: Dekker 1971, "A floating-point technique for extending the available precision";
// Joldes, Muller, Popescu 2017, "Tight and rigorous error bounds for basic building blocks of
// double-word arithmetic". Every operation below errs by less than `resolution` times its result
// (sums of unlike signs: times the sum of the magnitudes), plus `tiny` where a product underflows.
#pragma once

#include <cmath>

namespace thalweg::verifier {

inline constexpr double unit = 0x1p-53;         // u: half the distance from 1 to the next double
inline constexpr double resolution = 0x1p-100;  // the published bounds are at most 10 u^2
inline constexpr double tiny = 0x1p-1070;  // what an underflow can lose, a few operations at once

// hi is the double nearest to hi + lo.
struct DoubleDouble {
  double hi = 0, lo = 0;

  DoubleDouble() = default;
  DoubleDouble(double value) : hi(value) {}  // NOLINT: a double is one of these
  DoubleDouble(double high, double low) : hi(high), lo(low) {}

  explicit operator double() const { return hi; }
};

// a + b exactly.
inline DoubleDouble two_sum(double a, double b) {
  const double sum = a + b;
  const double from_b = sum - a;
  return {sum, (a - (sum - from_b)) + (b - from_b)};
}

// a + b exactly, where |a| >= |b| or a = 0.
inline DoubleDouble quick_two_sum(double a, double b) {
  const double sum = a + b;
  return {sum, b - (sum - a)};
}

// a b exactly, unless it over- or underflows.
inline DoubleDouble two_product(double a, double b) {
  const double product = a * b;
  return {product, std::fma(a, b, -product)};
}

inline DoubleDouble operator-(DoubleDouble a) { return {-a.hi, -a.lo}; }

inline DoubleDouble operator+(DoubleDouble a, DoubleDouble b) {
  const DoubleDouble high = two_sum(a.hi, b.hi);
  const DoubleDouble low = two_sum(a.lo, b.lo);
  const DoubleDouble sum = quick_two_sum(high.hi, high.lo + low.hi);
  return quick_two_sum(sum.hi, sum.lo + low.lo);
}

inline DoubleDouble operator-(DoubleDouble a, DoubleDouble b) { return a + -b; }

inline DoubleDouble operator*(DoubleDouble a, DoubleDouble b) {
  const DoubleDouble high = two_product(a.hi, b.hi);
  return quick_two_sum(high.hi, high.lo + (a.hi * b.lo + a.lo * b.hi));
}

inline DoubleDouble operator/(DoubleDouble a, DoubleDouble b) {
  const double first = a.hi / b.hi;
  const DoubleDouble rest = a - DoubleDouble(first) * b;
  const double second = rest.hi / b.hi;
  const DoubleDouble rest2 = rest - DoubleDouble(second) * b;
  return quick_two_sum(first, second) + DoubleDouble(rest2.hi / b.hi);
}

inline DoubleDouble& operator+=(DoubleDouble& a, DoubleDouble b) { return a = a + b; }

// Fails closed: a comparison with something that is not a number is false.
inline bool operator<(DoubleDouble a, DoubleDouble b) {
  return a.hi < b.hi || (a.hi == b.hi && a.lo < b.lo);
}
inline bool operator>(DoubleDouble a, DoubleDouble b) { return b < a; }
inline bool operator<=(DoubleDouble a, DoubleDouble b) {
  return a.hi < b.hi || (a.hi == b.hi && a.lo <= b.lo);
}
inline bool operator>=(DoubleDouble a, DoubleDouble b) { return b <= a; }

inline DoubleDouble abs(DoubleDouble a) { return a.hi < 0 || (a.hi == 0 && a.lo < 0) ? -a : a; }

}  // namespace thalweg::verifier
