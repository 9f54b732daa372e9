// Plain decimals to double, without a branch per digit: the whole cell is loaded as up to three
// 8-byte words that end where it ends, the point is shifted out, and eight digits are converted at
// a time. The result is the correctly rounded double, always. Source of the eight-digit step: J. M.
// Muller's and D. Lemire's "SWAR" digit conversion, as in Lemire, "Number parsing at a gigabyte per
// second", Software: Practice and Experience 51 (2021).
#pragma once

#include <fast_float/fast_float.h>

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>

namespace thalweg {

static_assert(std::endian::native == std::endian::little, "the first character is the lowest byte");

// So many bytes before the end of the cell must be readable.
constexpr size_t decimal_reach = 24;

namespace decimal {

constexpr uint64_t each(uint64_t byte) { return byte * 0x0101010101010101; }

// Eight characters as their digits 0..9; the point becomes 0x1E.
inline uint64_t load(const char* text) {
  uint64_t word;
  std::memcpy(&word, text, 8);
  return word ^ each(0x30);
}

// The last `count` characters (1..8) of a word, those before them made zero digits.
inline uint64_t last(uint64_t word, size_t count) {
  return word & (~uint64_t{0} << (64 - 8 * count));
}

inline bool all_digits(uint64_t word) { return ((word | (word + each(6))) & each(0xF0)) == 0; }

// The number of bits below the first point, or 64 + 7 when there is none.
inline unsigned point(uint64_t word) {
  const uint64_t x = word ^ each(0x1E);
  const uint64_t zero = (x - each(1)) & ~x & each(0x80);
  return static_cast<unsigned>(std::countr_zero(zero)) - 7u;
}
constexpr unsigned no_point = 64 - 7;

// Shifts the byte at bit `at` out: those below it move up, `fill` enters at the bottom.
inline uint64_t close(uint64_t word, unsigned at, uint64_t fill) {
  const uint64_t below = word & ((uint64_t{1} << at) - 1);
  return (((word >> at) >> 8) << at) << 8 | below << 8 | fill;
}

// Digits 0..9, the first in the lowest byte.
inline uint64_t eight(uint64_t word) {
  word = word * 10 + (word >> 8);
  return (((word & 0x000000FF000000FF) * 0x000F424000000064) +
          (((word >> 16) & 0x000000FF000000FF) * 0x0000271000000001)) >>
         32;
}

constexpr double powers[] = {1e0, 1e1, 1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                             1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15};

// Without a branch: signs are as good as random.
inline double with_sign(double magnitude, bool negative) {
  return std::bit_cast<double>(std::bit_cast<uint64_t>(magnitude) ^ uint64_t{negative} << 63);
}

// More than eight characters, with the sign taken off.
inline bool long_decimal(const char* end, size_t count, bool negative, double& value) {
  uint64_t low = load(end - 8), middle = load(end - 16), high = 0;
  if (count <= 16) {
    middle = last(middle, count - 8);
  } else {
    high = last(load(end - 24), count - 16);
  }
  unsigned fraction = 0;
  if (const unsigned first = point(high); first != no_point) {
    high = close(high, first, 0);
    fraction = 23 - first / 8;
  } else if (const unsigned second = point(middle); second != no_point) {
    middle = close(middle, second, high >> 56);
    high <<= 8;
    fraction = 15 - second / 8;
  } else if (const unsigned third = point(low); third != no_point) {
    low = close(low, third, middle >> 56);
    middle = middle << 8 | high >> 56;
    high <<= 8;
    fraction = 7 - third / 8;
  }
  if (!all_digits(low) || !all_digits(middle) || !all_digits(high)) return false;
  const uint64_t leading = eight(high);
  if (leading >= 1844) return false;  // 2^64 is 1844.67e16
  const uint64_t digits = (leading * 100'000'000 + eight(middle)) * 100'000'000 + eight(low);
  // Both operands are exact up to 2^53 and 10^22, so that the division rounds once. Above 16
  // characters, where the digits are as often below 2^53 as above, the branch would cost more than
  // the Eisel-Lemire product, which is right for all of them.
  if (count <= 16 && digits <= uint64_t{1} << 53) {
    value = with_sign(static_cast<double>(digits) / powers[fraction], negative);
    return true;
  }
  const fast_float::adjusted_mantissa rounded =
      fast_float::compute_float<fast_float::binary_format<double>>(-static_cast<int64_t>(fraction),
                                                                   digits);
  if (rounded.power2 < 0) return false;
  value = std::bit_cast<double>(rounded.mantissa | static_cast<uint64_t>(rounded.power2) << 52 |
                                uint64_t{negative} << 63);
  return true;
}

}  // namespace decimal

// Reads [begin, end) when it is `-digits.digits` (sign, point and one side of it may be absent) in
// at most 24 characters without the sign; false for everything else, numbers in other forms
// included, for which the general parser stays responsible. `decimal_reach` bytes before `end` must
// be readable.
inline bool plain_decimal(const char* begin, const char* end, double& value) {
  using namespace decimal;
  const bool negative = begin < end && *begin == '-';
  begin += negative;
  const size_t count = static_cast<size_t>(end - begin);
  if (count - 1 >= 24) return false;
  if (count > 8) return long_decimal(end, count, negative, value);
  uint64_t low = last(load(end - 8), count);
  unsigned fraction = 0;
  if (const unsigned at = point(low); at != no_point) {
    if (count == 1) return false;
    low = close(low, at, 0);
    fraction = 7 - at / 8;
  }
  if (!all_digits(low)) return false;
  value = with_sign(static_cast<double>(eight(low)) / powers[fraction], negative);
  return true;
}

}  // namespace thalweg
