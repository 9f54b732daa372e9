// Curves by formula: rows, robust losses as SciPy has them, and what is refused.
#include "thalweg/model/curve.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>

#include "tests/support/error_of.hpp"
#include "thalweg/base/catalog.hpp"
#include "thalweg/base/file.hpp"
#include "thalweg/format/read.hpp"

namespace thalweg {
namespace {

Table table_of(const std::string& csv) {
  const std::filesystem::path path =
      std::filesystem::temp_directory_path() / fmt::format("thalweg-curve-{}.csv", ::getpid());
  write_file(path, csv);
  Table out = read_table(path);
  std::filesystem::remove(path);
  return out;
}

const char* const csv = "y,x,w,name\n1,0,1,a\n2,1,0,b\n5,,1,c\n7,3,4,d\n";

TEST(Curve, RowsResidualsAndPredictions) {
  const Table table = table_of(csv);
  Curve curve = Curve::parse("2*y ~ a + b*x", "b=2, a = 1", table);
  EXPECT_EQ(curve.parameters, (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(curve.values, (std::vector<double>{1, 2}));
  const Column* weights = &table.columns[2];
  EXPECT_EQ(curve.usable_rows(table, true, nullptr), (std::vector<size_t>{0, 1, 3}));
  const std::vector<size_t> rows = curve.usable_rows(table, true, weights);
  EXPECT_EQ(rows, (std::vector<size_t>{0, 3}));
  TracedFunction function(curve.trace(table, rows, weights, robust_losses()[0], 1));
  std::vector<double> r(2);
  function.least_squares()->residuals(curve.values, r);
  EXPECT_EQ(r, (std::vector<double>{1, 14}));  // 2 - 1, 2 (14 - 7)
  const std::vector<double> predicted = curve.predict(table);
  EXPECT_EQ(predicted[1], 3);
  EXPECT_TRUE(std::isnan(predicted[2]));
  const Curve again = curve_from_safetensors(to_safetensors(curve), "model");
  EXPECT_EQ(again.predict(table)[3], 7);
}

// scipy.optimize.least_squares(lambda r: r, [r], loss=..., f_scale=0.5) has these costs.
TEST(Curve, RobustLosses) {
  const Table table = table_of("y\n3\n-0.2\n1e-9\n");
  const Curve curve = Curve::parse("y ~ 0*b", "b=0", table);
  const std::vector<double> at = {0};
  for (const auto& [name, wanted] :
       {std::pair("huber", 1.375 + 0.02),
        std::pair("soft_l1", 1.2706906325745555 + 0.019258240356725195),
        std::pair("cauchy", 0.45136473908052804 + 0.018552500639784163)}) {
    const RobustLossRow& row = find(robust_losses(), "loss", name);
    TracedFunction function(curve.trace(table, {0, 1, 2}, nullptr, row, 0.5));
    EXPECT_NEAR(function.value(at), wanted, 1e-12) << name;
  }
}

TEST(Curve, RefusesInOneLine) {
  const Table table = table_of(csv);
  const auto error = [&](const std::string& formula, const std::string& start) {
    return error_of([&] { Curve::parse(formula, start, table).usable_rows(table, true, nullptr); });
  };
  EXPECT_EQ(error("y = a*x", "a=1"),
            "formula: found 0 of ~ in \"y = a*x\"; expected one, as in 'y ~ b1*exp(-b2*x)'");
  EXPECT_EQ(error("y ~ a*x", ""),
            "formula: \"a\" is no column; where it is a parameter, add --start a=NUMBER");
  EXPECT_EQ(error("y ~ a*x", "a=1,b=2"),
            "start: the formula has no parameter \"b\" (did you mean \"a\"?)");
  EXPECT_EQ(error("y ~ a*x", "a=one"),
            "start: found \"a=one\"; expected a parameter with its number, such as b1=500");
  EXPECT_EQ(error("y ~ a*x", "a=1,a=2"), "start: \"a\" is given twice");
  EXPECT_EQ(error("y ~ a*x", "a=1,x=2"),
            "start: \"x\" is a column of the table, and so no parameter; rename one");
  EXPECT_EQ(error("y ~ x", ""),
            "formula: nothing is to be found; name parameters with --start b1=1,b2=0.5");
  EXPECT_EQ(error("z ~ a*x", "a=1"), "formula: no column \"z\" for the left side of ~");
  EXPECT_NE(error("y ~ a*name", "a=1").find("column \"name\" holds text; a formula needs numbers"),
            std::string::npos);
}

}  // namespace
}  // namespace thalweg
