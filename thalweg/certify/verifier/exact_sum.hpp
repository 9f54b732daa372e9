// A sum of products of doubles without any rounding, over- or underflow: a fixed-point number wide
// enough for all of them. It decides signs, zero included.
// Source: Kulisch 2008, "Computer Arithmetic and Validity", chapter 8 (the complete register).
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace thalweg::verifier {

class ExactSum {
 public:
  void clear();
  // Adds a b, or subtracts it. Both are finite (else std::logic_error).
  void add(double a, double b) { add(a, b, false); }
  void subtract(double a, double b) { add(a, b, true); }
  // -1, 0 or 1.
  int sign();

 private:
  void add(double a, double b, bool negate);
  void carry();

  // Limb i holds its value times 2^(32 i - 2176). The least product is 2^-2148; sums of 2^62
  // products stay below 2^2110. Limbs are signed and wider than their 32 bits, so that carries can
  // wait for a billion additions.
  static constexpr int lowest = -2176;
  static constexpr size_t limbs = 136;
  std::array<int64_t, limbs> limb_{};
  size_t waiting_ = 0;
};

}  // namespace thalweg::verifier
