// The fixed-point sum's additions and carries.
#include "thalweg/certify/verifier/exact_sum.hpp"

#include <cmath>
#include <stdexcept>

namespace thalweg::verifier {

void ExactSum::clear() {
  limb_.fill(0);
  waiting_ = 0;
}

void ExactSum::add(double a, double b, bool negate) {
  if (!std::isfinite(a) || !std::isfinite(b))
    throw std::logic_error("ExactSum: a factor is not finite");
  if (a == 0 || b == 0) return;
  int exponent_a = 0, exponent_b = 0;
  const double fraction_a = std::frexp(a, &exponent_a), fraction_b = std::frexp(b, &exponent_b);
  const auto mantissa_a = static_cast<uint64_t>(std::ldexp(std::fabs(fraction_a), 53));
  const auto mantissa_b = static_cast<uint64_t>(std::ldexp(std::fabs(fraction_b), 53));
  // A subnormal's mantissa ends in zeros, so that its product may start below the lowest bit of a
  // product; it then has as many zeros there. 2176 leaves 28 bits, the rest is shifted out here.
  int position = exponent_a + exponent_b - 106 - lowest;
  __extension__ using Wide = unsigned __int128;
  Wide product = static_cast<Wide>(mantissa_a) * mantissa_b;
  if (position < 0) {
    product >>= -position;
    position = 0;
  }
  const auto shift = static_cast<unsigned>(position % 32);
  auto at = static_cast<size_t>(position / 32);
  const bool minus = ((a < 0) != (b < 0)) != negate;
  for (; product != 0; product >>= 32, ++at) {
    const uint64_t part = (static_cast<uint64_t>(product) & 0xffffffffu) << shift;
    const auto low = static_cast<int64_t>(part & 0xffffffffu);
    const auto high = static_cast<int64_t>(part >> 32);
    limb_[at] += minus ? -low : low;
    limb_[at + 1] += minus ? -high : high;
  }
  if (++waiting_ == size_t{1} << 29) carry();
}

void ExactSum::carry() {
  for (size_t i = 0; i + 1 < limbs; ++i) {
    const int64_t over = limb_[i] >> 32;  // rounds down: what stays is in [0, 2^32)
    limb_[i] -= over * (int64_t{1} << 32);
    limb_[i + 1] += over;
  }
  waiting_ = 0;
}

int ExactSum::sign() {
  carry();
  if (limb_[limbs - 1] < 0) return -1;
  for (const int64_t limb : limb_)
    if (limb != 0) return 1;
  return 0;
}

}  // namespace thalweg::verifier
