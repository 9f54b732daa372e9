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
}

}  // namespace
}  // namespace thalweg
