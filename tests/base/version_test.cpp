#include "thalweg/base/version.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

namespace thalweg {
namespace {

TEST(Version, IsThatOfTheProject) {
  std::ifstream file(THALWEG_SOURCE "/CMakeLists.txt");
  std::stringstream text;
  text << file.rdbuf();
  EXPECT_NE(text.str().find(std::string("project(thalweg VERSION ") + version()),
            std::string::npos);
}

}  // namespace
}  // namespace thalweg
