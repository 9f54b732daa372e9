#include "thalweg/format/utf8.hpp"

#include <gtest/gtest.h>

namespace thalweg {
namespace {

// RFC 3629, section 7, and the ends of each length.
TEST(Utf8, PublishedExamplesBothWays) {
  const std::pair<std::string, std::u32string> examples[] = {
      {"\x41\xe2\x89\xa2\xce\x91\x2e", U"\x41\x2262\x391\x2e"},
      {"\xed\x95\x9c\xea\xb5\xad\xec\x96\xb4", U"\xd55c\xad6d\xc5b4"},
      {"\xe6\x97\xa5\xe6\x9c\xac\xe8\xaa\x9e", U"\x65e5\x672c\x8a9e"},
      {"\xef\xbb\xbf\xf0\xa3\x8e\xb4", U"\xfeff\x233b4"},
      {"\x7f\xc2\x80\xdf\xbf\xe0\xa0\x80\xef\xbf\xbf\xf0\x90\x80\x80\xf4\x8f\xbf\xbf",
       U"\x7f\x80\x7ff\x800\xffff\x10000\x10ffff"},
  };
  for (const auto& [bytes, codes] : examples) {
    std::string written;
    for (const char32_t code : codes) EXPECT_TRUE(append_code_point(written, code));
    EXPECT_EQ(written, bytes);
    std::u32string read;
    std::string_view rest = bytes;
    for (char32_t code = 0; take_code_point(rest, code);) read += code;
    EXPECT_TRUE(rest.empty());
    EXPECT_EQ(read, codes);
  }
}

TEST(Utf8, RefusesWhatTheRfcForbids) {
  char32_t code = 7;
  for (const std::string_view bad :
       {"", "\x80", "\xc0\x80", "\xc1\xbf", "\xe0\x9f\xbf", "\xed\xa0\x80", "\xed\xbf\xbf",
        "\xf0\x8f\xbf\xbf", "\xf4\x90\x80\x80", "\xf8\x88\x80\x80\x80", "\xff", "\xc3", "\xe2\x89",
        "\xc3\x41"}) {
    std::string_view rest = bad;
    EXPECT_FALSE(take_code_point(rest, code));
    EXPECT_EQ(rest.size(), bad.size());
  }
  EXPECT_EQ(code, 7u);
  std::string out;
  EXPECT_FALSE(append_code_point(out, 0xd800));
  EXPECT_FALSE(append_code_point(out, 0x110000));
  EXPECT_TRUE(out.empty());
}

}  // namespace
}  // namespace thalweg
