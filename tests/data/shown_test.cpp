#include "thalweg/data/shown.hpp"

#include <gtest/gtest.h>

namespace thalweg {
namespace {

TEST(Shown, IsShortAndOnOneLine) {
  EXPECT_EQ(shown("tenure"), "tenure");
  EXPECT_EQ(shown("a\nb\tc"), "a b c");
  EXPECT_EQ(shown(std::string(61, 'x')), std::string(60, 'x') + "…");
  // 59 letters and an é: the cut falls before it.
  EXPECT_EQ(shown(std::string(59, 'x') + "éé"), std::string(59, 'x') + "…");
  EXPECT_EQ(shown(std::string(100, '\x80')).size(), 57 + std::string("…").size());
}

TEST(Shown, APathIsWholeAndOnOneLine) {
  const std::string name = std::string(100, 'a') + "\n\x7f" + "ü.png";
  EXPECT_EQ(shown_path(std::filesystem::path(name)), std::string(100, 'a') + "  ü.png");
}

}  // namespace
}  // namespace thalweg
