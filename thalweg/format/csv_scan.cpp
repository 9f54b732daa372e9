#include "thalweg/format/csv_scan.hpp"

#include <algorithm>
#include <bit>
#include <cstring>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "thalweg/format/csv_scan.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace thalweg {
namespace HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;
using Tag = hn::CappedTag<uint8_t, 64>;

// Bit i is set where text[i] == c, for 64 characters.
HWY_INLINE uint64_t equal(const uint8_t* text, char c) {
  const Tag tag;
  const auto wanted = hn::Set(tag, static_cast<uint8_t>(c));
  uint64_t bits = 0;
  for (size_t i = 0; i < 64; i += hn::Lanes(tag)) {
    uint64_t part = 0;
    hn::StoreMaskBits(tag, hn::Eq(hn::LoadU(tag, text + i), wanted),
                      reinterpret_cast<uint8_t*>(&part));
    bits |= part << i;
  }
  return bits;
}

// Bit i is the parity of the bits up to and including i.
HWY_INLINE uint64_t parity(uint64_t bits) {
  for (int shift = 1; shift < 64; shift *= 2) bits ^= bits << shift;
  return bits;
}

// 64 characters at text[at], with zeros behind `length`.
struct Block {
  alignas(64) uint8_t padded[64];
  const uint8_t* load(const char* text, size_t at, size_t length, uint8_t fill) {
    if (at + 64 <= length) return reinterpret_cast<const uint8_t*>(text + at);
    std::memset(padded, fill, 64);
    std::memcpy(padded, text + at, length - at);
    return padded;
  }
};

size_t FindEnds(const char* text, size_t length, CsvSyntax syntax, uint64_t* inside,
                uint32_t* ends) {
  Block block;
  size_t count = 0;
  for (size_t at = 0; at < length; at += 64) {
    const uint8_t* here = block.load(text, at, length, 0);
    uint64_t bits = equal(here, '\n') | equal(here, syntax.delimiter);
    if (syntax.quote != 0) {
      const uint64_t quotes = equal(here, syntax.quote);
      if ((quotes | *inside) != 0) {
        const uint64_t quoted = parity(quotes) ^ *inside;
        bits &= ~quoted;
        *inside = uint64_t{0} - (quoted >> 63);
      }
    }
    // Eight at once, whether needed or not: the number of ends in 64 characters is hard to predict,
    // whether it exceeds eight is not.
    uint32_t* out = ends + count;
    count += static_cast<size_t>(std::popcount(bits));
    while (bits != 0) {
      for (int i = 0; i < 8; ++i) {
        out[i] = static_cast<uint32_t>(at) + static_cast<uint32_t>(std::countr_zero(bits));
        bits &= bits - 1;
      }
      out += 8;
    }
  }
  return count;
}

CsvCounts Count(const char* text, size_t begin, size_t end, CsvSyntax syntax) {
  Block block;
  CsvCounts counts;
  uint64_t inside = 0;
  for (size_t at = begin; at < end; at += 64) {
    const uint8_t* here = block.load(text, at, end, 'x');
    uint64_t rows = equal(here, '\n'), quoted = inside;
    counts.nul |= equal(here, '\0') != 0;
    if (syntax.quote != 0) {
      const uint64_t quotes = equal(here, syntax.quote);
      if (quotes != 0) {
        counts.quotes += static_cast<size_t>(std::popcount(quotes));
        quoted = parity(quotes) ^ inside;
        inside = uint64_t{0} - (quoted >> 63);
      }
    }
    counts.rows[0] += static_cast<size_t>(std::popcount(rows & ~quoted));
    counts.rows[1] += static_cast<size_t>(std::popcount(rows & quoted));
    for (; rows != 0; rows &= rows - 1) {
      const size_t bit = static_cast<size_t>(std::countr_zero(rows));
      size_t first = at + bit;
      while (first > 0 && syntax.blank(text[first - 1])) --first;
      if (first == 0 || text[first - 1] == '\n') --counts.rows[quoted >> bit & 1];
    }
  }
  return counts;
}

}  // namespace HWY_NAMESPACE
}  // namespace thalweg
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace thalweg {

HWY_EXPORT(FindEnds);
HWY_EXPORT(Count);

CsvCounts count_csv(std::string_view text, size_t begin, size_t end, const CsvSyntax& syntax) {
  return HWY_DYNAMIC_DISPATCH(Count)(text.data(), begin, end, syntax);
}

bool CsvCursor::refill() {
  at_ = count_ = 0;
  while (count_ == 0 && ahead_ != end_) {
    base_ = ahead_;
    const size_t length = std::min(window, static_cast<size_t>(end_ - ahead_));
    ahead_ += length;
    count_ = quotes_ == Quotes::exact
                 ? exact(length)
                 : HWY_DYNAMIC_DISPATCH(FindEnds)(base_, length, syntax_, &inside_, ends_.data());
  }
  if (ahead_ == end_ && state_ == State::quoted && malformed_ == nullptr) malformed_ = opened_;
  return count_ > 0;
}

size_t CsvCursor::exact(size_t length) {
  size_t count = 0;
  for (size_t i = 0; i < length; ++i) {
    const char c = base_[i];
    if (state_ == State::quoted) {
      if (c == syntax_.quote) state_ = State::closing;
    } else if (c == syntax_.delimiter || c == '\n') {
      ends_[count++] = static_cast<uint32_t>(i);
      state_ = State::start;
    } else if (state_ == State::closing && c == syntax_.quote) {
      state_ = State::quoted;
    } else if (state_ == State::closing || state_ == State::closed) {
      state_ = State::closed;
      if (!syntax_.blank(c) && malformed_ == nullptr) malformed_ = base_ + i;
    } else if (state_ == State::start && !syntax_.blank(c)) {
      state_ = c == syntax_.quote && syntax_.quote != 0 ? State::quoted : State::plain;
      opened_ = base_ + i;
    }
  }
  return count;
}

}  // namespace thalweg
#endif
