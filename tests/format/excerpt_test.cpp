#include "thalweg/format/excerpt.hpp"

#include <gtest/gtest.h>

namespace thalweg {
namespace {

using namespace std::string_literals;

TEST(Excerpt, QuotesOnOneLine) {
  EXPECT_EQ(excerpt("tenure"), "\"tenure\"");
  EXPECT_EQ(excerpt("a\n\0\x7f\"\\é\xff"s), "\"a\\x0a\\x00\\x7f\\\"\\\\é\\xff\"");
  EXPECT_EQ(excerpt("\xc3"), "\"\\xc3\"");
}

TEST(Excerpt, CutsWhatIsLong) {
  EXPECT_EQ(excerpt(std::string(60, 'a')), "\"" + std::string(60, 'a') + "\"");
  EXPECT_EQ(excerpt(std::string(10'000'000, 'a')), "\"" + std::string(60, 'a') + "…\"");
  // 59 letters and an é, which is not cut.
  EXPECT_EQ(bare_excerpt(std::string(59, 'a') + "éé"), std::string(59, 'a') + "é…");
}

TEST(Excerpt, BareOnes) {
  EXPECT_EQ(bare_excerpt("tenure"), "tenure");
  EXPECT_EQ(bare_excerpt("a\nb\"c"), "a\\x0ab\\\"c");
}

}  // namespace
}  // namespace thalweg
