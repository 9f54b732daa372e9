#include "thalweg/format/decimal.hpp"

#include <gtest/gtest.h>

#include <bit>
#include <cstdlib>
#include <string>

#include "thalweg/base/random.hpp"

namespace thalweg {
namespace {

bool parse(const std::string& cell, double& value) {
  const std::string text = std::string(decimal_reach, '7') + cell + ",9";
  const char* const begin = text.data() + decimal_reach;
  return plain_decimal(begin, begin + cell.size(), value);
}

void expect_as_strtod(const std::string& cell) {
  double value = -1;
  ASSERT_TRUE(parse(cell, value)) << cell;
  EXPECT_EQ(std::bit_cast<uint64_t>(value),
            std::bit_cast<uint64_t>(std::strtod(cell.c_str(), nullptr)))
      << cell;
}

TEST(Decimal, ReadsEveryPlainForm) {
  for (const char* cell : {"0",
                           "-0",
                           "7",
                           "-7",
                           "12345678",
                           "123456789",
                           "1234567812345678",
                           "12345678123456789",
                           "1234567890123456789",
                           "0.1",
                           ".5",
                           "5.",
                           "-.25",
                           "0.30000000000000004",
                           "12345.678",
                           "-1234567.1234567",
                           "0.000000000000000000001",
                           "9007199254740993",
                           "9007199254740992.5",
                           "000000000000000000000001",
                           "0.0000000000000000000001",
                           "1.7976931348623157",
                           "2.2250738585072014",
                           "179769313486231570.0",
                           "00000000.10000000"}) {
    expect_as_strtod(cell);
  }
}

TEST(Decimal, LeavesTheRestToTheGeneralParser) {
  double value;
  for (const char* cell : {"",
                           "-",
                           ".",
                           "-.",
                           "1e5",
                           "+1",
                           " 1",
                           "1 ",
                           "--1",
                           "1.2.3",
                           "1,2",
                           "12a",
                           "nan",
                           "inf",
                           "0x1",
                           "1_0",
                           "1234567890123456789012345",
                           "1/2",
                           "1:2",
                           "..1",
                           "\xC3\xA9",
                           "1-2",
                           "12345678.1234.678",
                           "99999999999999999999"}) {
    EXPECT_FALSE(parse(cell, value)) << cell;
  }
}

TEST(Decimal, RoundsAsStrtodDoes) {
  Random random(1, 0);
  for (int i = 0; i < 300'000; ++i) {
    const size_t length = 1 + random.below(19);
    const size_t point = random.below(length + 4);
    std::string cell = random.below(2) == 0 ? "-" : "";
    for (size_t k = 0; k < length; ++k) {
      if (k == point) cell += '.';
      cell += static_cast<char>('0' + random.below(10));
    }
    expect_as_strtod(cell);
    if (HasFatalFailure()) return;
  }
}

}  // namespace
}  // namespace thalweg
