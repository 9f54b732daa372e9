// What the program prints, compared whole with tests/golden/*.txt. With THALWEG_UPDATE_GOLDEN=1 in
// the environment the files are rewritten instead.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <string>

namespace {

std::string printed(const std::string& words) {
  FILE* pipe = ::popen((THALWEG_PROGRAM " " + words).c_str(), "r");
  std::string out;
  for (int c; (c = std::fgetc(pipe)) != EOF;) out += static_cast<char>(c);
  EXPECT_EQ(::pclose(pipe), 0) << words;
  return out;
}

class Golden : public ::testing::TestWithParam<const char*> {};

TEST_P(Golden, IsAsKept) {
  const std::string words = GetParam();
  std::string name = words;
  for (char& c : name)
    if (c == ' ') c = '_';
  name.erase(std::remove(name.begin(), name.end(), '-'), name.end());
  const std::string path = THALWEG_SOURCE "/tests/golden/" + name + ".txt";
  const std::string now = printed(words);
  if (std::getenv("THALWEG_UPDATE_GOLDEN") != nullptr) std::ofstream(path) << now;
  std::ostringstream kept;
  kept << std::ifstream(path).rdbuf();
  EXPECT_EQ(now, kept.str()) << "if this is meant: THALWEG_UPDATE_GOLDEN=1 and run the test again";
}

INSTANTIATE_TEST_SUITE_P(Cli, Golden,
                         ::testing::Values("help", "fit --help", "resume --help", "list",
                                           "list methods", "list methods lbfgs", "list outcomes"));

}  // namespace
