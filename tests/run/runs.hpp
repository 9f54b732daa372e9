// Tables and runs for the tests of run/: made from a seed, written below the tests' folder.
#pragma once

#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "thalweg/base/error.hpp"
#include "thalweg/base/file.hpp"
#include "thalweg/base/random.hpp"
#include "thalweg/run/fit.hpp"

namespace thalweg::testing {

namespace fs = std::filesystem;

// A folder of its own for a test, empty at first.
inline fs::path folder_of_test() {
  const auto* test = ::testing::UnitTest::GetInstance()->current_test_info();
  const fs::path out = fs::path(::testing::TempDir()) /
                       ("thalweg_" + std::string(test->test_suite_name()) + "_" + test->name());
  fs::remove_all(out);
  fs::create_directories(out);
  return out;
}

inline fs::path put(const fs::path& path, const std::string& text) {
  std::ofstream(path, std::ios::binary) << text;
  return path;
}

// Columns a, b (numbers, b of spread 5 about 10), color (four levels), and y as `model` wants it.
inline std::string table_of(const std::string& model, size_t rows, uint64_t seed) {
  static const char* const colors[] = {"red", "green", "blue", "gray"};
  Random random(seed, 11);
  std::string out = "a,b,color,y\n";
  for (size_t i = 0; i < rows; ++i) {
    const double a = random.normal(), b = 10 + 5 * random.normal();
    const uint64_t color = random.below(4);
    const double z = 0.4 + 0.8 * a - 0.1 * (b - 10) + 0.3 * static_cast<double>(color) - 0.5;
    const double draw = random.uniform(), noise = random.normal();
    std::string y;
    if (model == "logistic" || model == "svm" || model == "squared_hinge")
      y = draw < 1 / (1 + std::exp(-z)) ? "yes" : "no";
    else if (model == "softmax")
      y = z + noise < 0 ? "low" : (z + noise < 1 ? "middle" : "high");
    else if (model == "poisson")
      y = std::to_string(static_cast<int>(2 * std::exp(0.5 * z) * 2 * draw));
    else if (model == "gamma")
      y = fmt::format("{}", std::exp(z) * (0.1 + draw));
    else
      y = fmt::format("{}", z + 0.5 * noise);
    out += fmt::format("{},{},{},{}\n", a, b, colors[color], y);
  }
  return out;
}

using Given = std::vector<std::pair<std::string, std::string>>;

inline FitRequest request_of(const fs::path& data, const fs::path& run, const Given& given = {}) {
  FitRequest out;
  out.data = data;
  out.run = run;
  out.settings.set("target", "y");
  for (const auto& [name, text] : given) out.settings.set(name, text);
  return out;
}

inline Settings settings_of(const Given& given) {
  Settings out("resume", fit_options());
  for (const auto& [name, text] : given) out.set(name, text);
  return out;
}

// The files of a run and their bytes, event files aside.
inline std::map<std::string, std::string> contents(const fs::path& run) {
  std::map<std::string, std::string> out;
  for (const auto& entry : fs::directory_iterator(run))
    out[entry.path().filename().string()] = read_file(entry.path());
  return out;
}

// The line of the Error that `call` throws; "" where it throws none.
template <class Call>
std::string line_of(const Call& call) {
  try {
    call();
  } catch (const Error& error) {
    const std::string line = error.what();
    EXPECT_EQ(line.find('\n'), std::string::npos) << line;
    return line;
  }
  return "";
}

inline bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

inline nlohmann::ordered_json json_of(const fs::path& path) {
  return nlohmann::ordered_json::parse(read_file(path));
}

}  // namespace thalweg::testing
