#include "thalweg/format/crc32c.hpp"

#include <gtest/gtest.h>

#include <string>

namespace thalweg {
namespace {

// RFC 3720, appendix B.4 (the bytes of each CRC stand there in the order of the wire).
TEST(Crc32c, PublishedVectors) {
  EXPECT_EQ(crc32c(std::string(32, '\0')), 0x8a9136aau);
  EXPECT_EQ(crc32c(std::string(32, '\xff')), 0x62a8ab43u);
  std::string up, down;
  for (char i = 0; i < 32; ++i) {
    up += i;
    down += static_cast<char>(31 - i);
  }
  EXPECT_EQ(crc32c(up), 0x46dd794eu);
  EXPECT_EQ(crc32c(down), 0x113fdb5cu);
  const unsigned char read_command[48] = {
      0x01, 0xc0, 0, 0, 0, 0, 0,    0, 0, 0, 0,    0,    0, 0, 0, 0, 0x14, 0, 0, 0,   0,
      0,    0x04, 0, 0, 0, 0, 0x14, 0, 0, 0, 0x18, 0x28, 0, 0, 0, 0, 0,    0, 0, 0x02};
  EXPECT_EQ(crc32c({reinterpret_cast<const char*>(read_command), 48}), 0xd9963a56u);
}

TEST(Crc32c, CheckValueAndShortTexts) {
  EXPECT_EQ(crc32c("123456789"), 0xe3069283u);  // the check value of the catalog of CRCs
  EXPECT_EQ(crc32c(""), 0u);
  EXPECT_EQ(crc32c("a"), 0xc1d04330u);
}

}  // namespace
}  // namespace thalweg
