// Curves from outside: NIST's Misra1a by fit --formula, predict on the run, all 27 problems where the
// data are at hand, and minimize.
#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <regex>
#include <sstream>

#include "tests/cli/program.hpp"

namespace thalweg::testing {
namespace {

namespace fs = std::filesystem;

// One problem of NIST's StRD.
struct Certified {
  std::string formula, csv;
  std::string start[2];
  std::vector<std::string> names;
  std::vector<double> values, deviations;
};

Certified read_nist(const fs::path& path) {
  std::ifstream file(path);
  Certified out;
  enum { before, model, values, data } part = before;
  const std::regex row(R"(\s*(b\d+)\s*=\s*(\S+)\s+(\S+)\s+(\S+)\s+(\S+)\s*)");
  for (std::string line; std::getline(file, line);) {
    while (!line.empty() && line.back() == '\r') line.pop_back();
    std::smatch found;
    if (line.starts_with("Model:")) part = model;
    if (part == model && line.find("Starting") != std::string::npos) part = values;
    if (part == values && line.starts_with("Data:")) {
      part = data;
      std::istringstream words(line.substr(5));
      for (std::string word; words >> word;) out.csv += (out.csv.empty() ? "" : ",") + word;
      out.csv += "\n";
      continue;
    }
    if (part == model &&
        (!out.formula.empty() || std::regex_search(line, std::regex("^\\s*(y|log\\[y\\])\\s*="))))
      out.formula += line + " ";
    if (part == values && std::regex_match(line, found, row)) {
      out.names.push_back(found[1]);
      for (int k = 0; k < 2; ++k)
        out.start[k] +=
            (out.start[k].empty() ? "" : ",") + found[1].str() + "=" + found[2 + k].str();
      out.values.push_back(std::stod(found[4]));
      out.deviations.push_back(std::stod(found[5]));
    }
    if (part == data) {
      std::istringstream words(line);
      std::string cells;
      for (std::string word; words >> word;) cells += (cells.empty() ? "" : ",") + word;
      if (!cells.empty()) out.csv += cells + "\n";
    }
  }
  out.formula = std::regex_replace(out.formula, std::regex(R"(\+\s*e\s*$)"), "");
  out.formula.replace(out.formula.find('='), 1, "~");
  return out;
}

double digits(double found, double wanted) {
  return found == wanted
             ? 11
             : std::clamp(-std::log10(std::abs(found - wanted) / std::abs(wanted)), 0., 11.);
}

using Curve = CliTest;

double number(const nlohmann::json& json) {
  return json.is_number() ? json.get<double>() : std::nan("");
}

TEST_F(Curve, NistFiftyFourOfFiftyFour) {
  const fs::path data = THALWEG_SOURCE "/../shared/data/nist_strd";
  if (!fs::exists(data)) GTEST_SKIP() << "no " << data;
  double sum = 0;
  int runs = 0;
  for (const auto& entry : fs::directory_iterator(data)) {
    if (entry.path().extension() != ".dat") continue;
    const Certified problem = read_nist(entry.path());
    const std::string name = entry.path().stem();
    write("data.csv", problem.csv);
    for (const std::string& start : problem.start) {
      const Answer answer = thalweg({"fit", "data.csv", "--formula", problem.formula, "--start",
                                     start, "--run", "run", "--overwrite", "--json", "--quiet"});
      ASSERT_EQ(answer.code, 0) << name << answer.err << problem.formula;
      const auto found = nlohmann::json::parse(answer.out).at("parameters").at("estimates");
      double least = 11;
      for (size_t k = 0; k < problem.names.size(); ++k) {
        const auto& estimate = found.at(problem.names[k]);
        least = std::min(least, digits(number(estimate.at("value")), problem.values[k]));
        EXPECT_GE(digits(number(estimate.at("standard_error")), problem.deviations[k]),
                  name == "Lanczos1" ? 2.5 : 6)
            << name;
      }
      EXPECT_GE(least, 4) << name << " " << start;
      sum += least;
      ++runs;
    }
  }
  EXPECT_EQ(runs, 54);
  EXPECT_GE(sum / runs, 10.5);
}

// y = 2 e^(-x/2): recovered, and applied to other rows.
TEST_F(Curve, FitAndPredict) {
  write("data.csv",
        "y,x\n2,0\n1.2130613194252668,1\n0.73575888234288467,2\n0.44626032029685964,3\n");
  const Answer fit = thalweg(
      {"fit", "data.csv", "--formula", "y ~ a*exp(-b*x)", "--start", "a=1,b=1", "--run", "run"});
  EXPECT_EQ(fit.code, 0) << fit.err;
  EXPECT_NE(fit.out.find("standard error"), std::string::npos);
  write("new.csv", "x\n0\n\"\"\n4\n");
  const Answer predicted = thalweg({"predict", "run", "new.csv"});
  EXPECT_EQ(predicted.code, 0) << predicted.err;
  EXPECT_TRUE(predicted.out.starts_with("prediction\n")) << predicted.out;
  expect_refused(thalweg({"evaluate", "run", "data.csv"}), {"is a curve"});
  expect_refused(thalweg({"fit", "data.csv", "--formula", "y ~ a*x", "--run", "other"}),
                 {"\"a\" is no column", "--start a=NUMBER"});
  expect_refused(thalweg({"fit", "data.csv", "--formula", "y ~ a*x", "--start", "a=1", "--l2", "1",
                          "--run", "other"}),
                 {"--l2", "no effect on a formula"});
  expect_refused(thalweg({"fit", "data.csv", "--formula", "y ~ a*x", "--start", "a=1",
                          "--path-ratio", "0.1", "--run", "other"}),
                 {"--path-ratio", "no effect on a formula", "linear models"});
  expect_refused(thalweg({"fit", "data.csv", "--formula", "y ~ a*x", "--start", "a=1",
                          "--tolerance", "1e-3", "--run", "other"}),
                 {"--tolerance", "no effect on a formula"});
  expect_refused(thalweg({"fit", "data.csv", "--target", "y", "--start", "a=1", "--run", "other"}),
                 {"--start", "--formula"});
}

TEST_F(Curve, MinimizeExitCodes) {
  EXPECT_EQ(thalweg({"minimize", "rosenbrock", "--quiet"}).code, 0);
  EXPECT_EQ(thalweg({"minimize", "double_well", "--method", "gradient_descent", "--quiet"}).code,
            3);
  expect_refused(thalweg({"minimize", "rosenbrok"}), {"did you mean \"rosenbrock\""});
  expect_refused(thalweg({"minimize", "beale", "--dimension", "3"}),
                 {"found 3 dimensions; expected 2"});
  expect_refused(thalweg({"minimize", "matyas", "--method", "levenberg_marquardt"}),
                 {"needs a sum of squared residuals"});
}

}  // namespace
}  // namespace thalweg::testing
