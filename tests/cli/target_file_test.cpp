// Features and targets in two .npy files: both are fingerprinted, and both can be elsewhere later.
#include <cmath>
#include <cstring>
#include <nlohmann/json.hpp>

#include "tests/cli/program.hpp"
#include "thalweg/base/file.hpp"

namespace thalweg::testing {
namespace {

using nlohmann::json;

// A .npy file, version 1, of float64 as numpy.save writes it.
std::string npy(const std::string& shape, const std::vector<double>& values) {
  std::string header = "{'descr': '<f8', 'fortran_order': False, 'shape': " + shape + ", }";
  header.resize(118 - 1, ' ');
  std::string out("\x93NUMPY\x01\x00\x76\x00", 10);
  out += header + "\n";
  const size_t at = out.size();
  out.resize(at + 8 * values.size());
  std::memcpy(out.data() + at, values.data(), 8 * values.size());
  return out;
}

class TargetFile : public CliTest {
 protected:
  void SetUp() override {
    CliTest::SetUp();
    std::vector<double> x, y;
    for (int i = 0; i < 60; ++i) {
      x.push_back(std::sin(i)), x.push_back(std::cos(3 * i));
      y.push_back(2 * std::sin(i) + 0.1 * std::cos(7 * i));
    }
    write("x.npy", npy("(60, 2)", x));
    write("y.npy", npy("(60,)", y));
    write("few.npy", npy("(3, 2)", {1, 2, 3, 4, 5, 6}));
    write("three.npy", npy("(3,)", {1, 2, 3}));
    y[7] += 1e-9;
    write("altered.npy", npy("(60,)", y));
    const Answer answer = thalweg({"fit", "x.npy", "--target-file", "y.npy", "--validation", "0.2",
                                   "--run", "run", "--quiet"});
    ASSERT_EQ(answer.code, 0) << answer.err;
  }
};

TEST_F(TargetFile, ItsFingerprintStandsBesideThatOfTheData) {
  const std::string sha = sha256_file(folder / "y.npy");
  EXPECT_EQ(json::parse(read("run/run.json")).at("target_fingerprint"), sha);
  EXPECT_EQ(json::parse(read("run/verdict.json")).at("fingerprints").at("target_file"), sha);
}

TEST_F(TargetFile, VerifyFindsItOrIsTold) {
  EXPECT_EQ(thalweg({"verify", "run", "x.npy"}).code, 0);
  std::filesystem::create_directory(folder / "moved");
  std::filesystem::rename(folder / "y.npy", folder / "moved/targets.npy");
  expect_refused(thalweg({"verify", "run", "x.npy"}), {"y.npy", "--target-file"});
  const Answer told = thalweg({"verify", "run", "x.npy", "--target-file", "moved/targets.npy"});
  EXPECT_EQ(told.code, 0) << told.out << told.err;
}

TEST_F(TargetFile, VerifyRejectsAnAlteredOne) {
  const Answer other = thalweg({"verify", "run", "x.npy", "--target-file", "altered.npy"});
  EXPECT_EQ(other.code, 3);
  EXPECT_NE(other.out.find("the file of targets was altered"), std::string::npos) << other.out;
  std::filesystem::copy_file(folder / "altered.npy", folder / "y.npy",
                             std::filesystem::copy_options::overwrite_existing);
  const Answer same = thalweg({"verify", "run", "x.npy"});
  EXPECT_EQ(same.code, 3);
  EXPECT_NE(same.out.find("the file of targets was altered"), std::string::npos) << same.out;
}

TEST_F(TargetFile, OfARunWithoutOneIsRefused) {
  write("customers.csv", customers());
  ASSERT_EQ(thalweg({"fit", "customers.csv", "--target", "churn", "--l2", "1e-3", "--run", "plain",
                     "--quiet"})
                .code,
            0);
  expect_refused(thalweg({"verify", "plain", "customers.csv", "--target-file", "y.npy"}),
                 {"no file of targets", "y.npy"});
}

TEST_F(TargetFile, ResumeRefusesAnAlteredOne) {
  ASSERT_EQ(thalweg({"fit", "x.npy", "--target-file", "y.npy", "--method", "gradient_descent",
                     "--steps", "2", "--run", "part", "--quiet"})
                .code,
            3);
  std::filesystem::rename(folder / "altered.npy", folder / "y.npy");
  expect_refused(thalweg({"resume", "part"}), {"y.npy", "not the targets of this run"});
}

TEST_F(TargetFile, PredictNeedsNoneAndEvaluateThatOfItsRows) {
  const Answer predicted = thalweg({"predict", "run", "few.npy"});
  EXPECT_EQ(predicted.code, 0) << predicted.err;
  EXPECT_EQ(lines(predicted.out), 4u);
  EXPECT_NE(thalweg({"evaluate", "run", "x.npy"}).out.find("12 rows (validation)"),
            std::string::npos);
  expect_refused(thalweg({"evaluate", "run", "few.npy"}), {"few.npy", "--target-file"});
  const Answer three = thalweg({"evaluate", "run", "few.npy", "--target-file", "three.npy"});
  EXPECT_EQ(three.code, 0) << three.err;
  EXPECT_NE(three.out.find("3 rows (all)"), std::string::npos) << three.out;
  // Other targets of the same features: not the rows that were kept back.
  EXPECT_NE(thalweg({"evaluate", "run", "x.npy", "--target-file", "altered.npy"})
                .out.find("60 rows (all)"),
            std::string::npos);
}

}  // namespace
}  // namespace thalweg::testing
