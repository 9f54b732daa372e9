// Runs the real program in a folder of its own, and keeps what it said.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

namespace thalweg::testing {

struct Answer {
  int code = -1;  // exit code; 128 + n for signal n
  std::string out, err;
  long most_resident = 0;  // kilobytes
};

struct Call {
  std::vector<std::string> words = {};
  std::filesystem::path folder = {};          // to run in
  long long file_limit = -1;                  // bytes a file may reach; -1: no limit
  std::vector<std::string> environment = {};  // NAME=value, added
  std::string out = "";                       // where standard output goes instead
  int columns = 0;                            // > 0: standard error is a terminal so wide
  int signal = 0;                             // sent when standard error has shown `signal_after`
  std::string signal_after = "step 1";
};

Answer run(const Call& call);

inline size_t lines(std::string_view text) {
  return static_cast<size_t>(std::count(text.begin(), text.end(), '\n'));
}

// A test in an empty folder.
class CliTest : public ::testing::Test {
 protected:
  void SetUp() override;
  void TearDown() override { std::filesystem::remove_all(folder); }

  Answer thalweg(std::vector<std::string> words) { return run({std::move(words), folder}); }
  void write(const std::string& name, std::string_view text) {
    std::ofstream(folder / name, std::ios::binary) << text;
  }
  std::string read(const std::string& name) {
    std::ostringstream out;
    out << std::ifstream(folder / name, std::ios::binary).rdbuf();
    return out.str();
  }
  // Two numbers and a text that decide, not quite, a label; `rows` rows.
  static std::string customers(size_t rows = 200);
  // Expects one line on standard error that has each of `parts`, nothing on standard output,
  // exit 2.
  static void expect_refused(const Answer& answer, const std::vector<std::string>& parts);

  std::filesystem::path folder;
};

}  // namespace thalweg::testing
